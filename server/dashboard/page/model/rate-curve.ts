import type { IntervalSeries, ReceivedSeries } from '../../../../contract/report.ts';
import type { Progress } from '../../../../contract/run.ts';

/** Columns of equal length over seconds since the load's start. */
export interface Curve {
  readonly seconds: readonly number[];
  readonly bytesPerSecond: readonly (number | null)[];
  readonly inFlight: readonly (number | null)[];
}

/** Of a run under way: rates are those between two points, so that thinned ones are exact, too. */
export function curveOfProgress(points: readonly Progress[]): Curve {
  return {
    seconds: points.map(({ elapsed_seconds }) => elapsed_seconds),
    bytesPerSecond: points.map((point, index) => {
      const before = points[index - 1];
      const seconds = point.elapsed_seconds - (before?.elapsed_seconds ?? 0);
      return seconds > 0 ? (point.received_bytes - (before?.received_bytes ?? 0)) / seconds : null;
    }),
    inFlight: points.map(({ in_flight }) => in_flight),
  };
}

/** Of a report: the rate of each interval stands at its end, as does what was in flight then. */
export function curveOfReport(received: ReceivedSeries, series: IntervalSeries | null): Curve {
  const intervalSeconds = received.interval_ms / 1_000;
  return {
    seconds: received.bytes.map((_, index) => (index + 1) * intervalSeconds),
    bytesPerSecond: received.bytes.map((bytes) => bytes / intervalSeconds),
    inFlight: received.bytes.map((_, index) => series?.in_flight[index] ?? null),
  };
}
