import type { Experiment, Stage } from '../../../contract/experiment.ts';
import { formatFigure, formatMs, formatPercent, toMebibytes } from '../../report/format.ts';

/** How the store was made to act, with the numbers; null where it was left as it is. */
export function describeStage({ definition }: Experiment): string | null {
  const stage = definition?.stage ?? null;
  return stage === null
    ? null
    : `SHAPED: a proxy before S3 makes it act as one with ${describeShaping(stage)}.`;
}

/** `a first byte after 100 ms and 2.38 MiB/s a connection`. */
function describeShaping(stage: Stage): string {
  const { first_byte_ms, first_byte_jitter_ms, bytes_per_second_per_connection, failure_rate } = stage;
  const jitter = first_byte_jitter_ms === 0 ? '' : ` ± ${formatMs(first_byte_jitter_ms)}`;
  const rate = (bytes: number) => `${formatFigure(toMebibytes(bytes))} MiB/s`;
  const parts = [
    `a first byte after ${formatMs(first_byte_ms)}${jitter}`,
    ...(bytes_per_second_per_connection === null
      ? []
      : [`${rate(bytes_per_second_per_connection)} a connection`]),
    ...(stage.bytes_per_second_total === null ? [] : [`${rate(stage.bytes_per_second_total)} in all`]),
    ...(failure_rate === 0
      ? []
      : [`${formatPercent(100 * failure_rate)} of its answers 503 (seed ${stage.seed})`]),
  ];
  return parts.join(', ');
}
