import type { Ceiling } from '../../contract/report.ts';
import { findSpanMs } from '../metrics/attempt-times.ts';
import type { Measurement } from '../metrics/measurement.ts';

/**
 * What generator and null server do together, from a load on the null server: the body bytes that were received, those
 * of requests cut by its time limit included, and the whole answers, over the time from the first start to the last end.
 * @throws {Error} when a request of it failed: then there is no ceiling to hold anything against.
 */
export function describeCeiling({ attempts, generator }: Measurement): Ceiling {
  let bytes = 0;
  let answers = 0;
  for (const { outcome, body_bytes, error } of attempts) {
    if (outcome !== 'ok' && outcome !== 'interrupted') {
      throw new Error(
        `The calibration failed: a request to the null server ended as ${outcome}: ${error ?? 'no reason'}.`,
      );
    }
    bytes += body_bytes;
    if (outcome === 'ok') answers += 1;
  }
  const span = findSpanMs(attempts);
  const seconds = span === null ? 0 : (span.endMs - span.startMs) / 1_000;
  if (seconds === 0 || (answers === 0 && bytes === 0)) {
    throw new Error('The calibration failed: the null server answered nothing within its time.');
  }
  return {
    bytes_per_second: bytes / seconds,
    requests_per_second: answers / seconds,
    cpu_seconds_per_gb: generator.cpu_seconds_per_gb,
  };
}
