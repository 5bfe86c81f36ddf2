import type { Report } from '../../contract/report.ts';

/** On `local` the service starts its runners beside itself, and embedded stores are on this machine, too. */
export function listNeighbours({ environment, subject }: Report['fingerprint']): string[] {
  return [
    ...(subject.compute_backend === 'local' ? ['service'] : []),
    ...(environment.backend === 'embedded' ? ['embedded stores'] : []),
  ];
}
