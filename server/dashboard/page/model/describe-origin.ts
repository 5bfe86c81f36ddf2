import type { Experiment } from '../../../../contract/experiment.ts';

/** Where the runs of a report were made, a clause. */
export function describeOrigin({ kind, url, number }: Experiment['origin']): string {
  if (kind === 'lab') return 'measured by the lab';
  if (kind === 'report') return 'made of runs that somebody chose';
  const service = url === null ? 'a service' : url;
  return `made of runs of ${service}${number === null ? '' : `, its version ${number}`}`;
}
