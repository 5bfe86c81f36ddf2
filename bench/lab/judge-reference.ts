import type { Report } from '../../contract/report.ts';

export type ReferenceFigure =
  | { readonly bytes_per_second: number }
  | { readonly bytes_per_second: null; readonly reason: string };

/** What a run of clients that read S3 themselves says of S3: nothing unless it is valid and every request succeeded. */
export function judgeReference({ verdict, black_box: { metrics } }: Report): ReferenceFigure {
  if (verdict.value !== 'valid')
    return refuse(`for its run is ${verdict.value}: ${verdict.reasons.join('; ')}`);
  if (metrics.success_rate !== 100)
    return refuse(`for only ${metrics.success_rate} % of its requests succeeded`);
  return { bytes_per_second: metrics.throughput.bytes_per_second };
}

function refuse(reason: string): ReferenceFigure {
  return { bytes_per_second: null, reason };
}
