import type { Ceiling } from '../../contract/report.ts';
import { findSpanMs } from '../metrics/attempt-times.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { assumedName } from './plan-calibration.ts';

/**
 * What generator and null server do together, from a load on the null server, over the time from the first start to the
 * last end. A request that its time limit cut counts by what had come: its bytes, and as great a part of a request.
 * @throws {Error} when a request of it failed: then there is no ceiling to hold anything against.
 */
export function describeCeiling({ attempts, generator }: Measurement): Ceiling {
  let bytes = 0;
  let requests = 0;
  let assumed = 0;
  for (const { request, outcome, body_bytes, expected_bytes, error } of attempts) {
    if (outcome !== 'ok' && outcome !== 'interrupted') {
      throw new Error(
        `The calibration failed: a request to the null server ended as ${outcome}: ${error ?? 'no reason'}.`,
      );
    }
    bytes += body_bytes;
    if (outcome === 'ok') requests += 1;
    else if (expected_bytes !== null && expected_bytes > 0) requests += body_bytes / expected_bytes;
    if (request === assumedName) assumed += 1;
  }
  const span = findSpanMs(attempts);
  const seconds = span === null ? 0 : (span.endMs - span.startMs) / 1_000;
  if (seconds === 0 || requests === 0) {
    throw new Error('The calibration failed: the null server answered nothing within its time.');
  }
  return {
    bytes_per_second: bytes / seconds,
    requests_per_second: requests / seconds,
    cpu_seconds_per_gb: generator.cpu_seconds_per_gb,
    assumed_share: assumed / attempts.length,
  };
}
