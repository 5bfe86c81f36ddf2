import type { Attempt } from '../../contract/ledger.ts';
import type { ReceivedSeries } from '../../contract/report.ts';
import { findSpanMs } from './attempt-times.ts';
import { chooseNiceStep } from './nice-step.ts';

export interface TimeSeriesPoint {
  /** Since the first request's start. */
  readonly startMs: number;
  readonly endMs: number;
  readonly bytesPerSecond: number;
  /** Requests under way, averaged over the interval. */
  readonly inFlight: number;
  /** In the interval: a rate would show more starts than there were where intervals are short. */
  readonly starts: number;
  /** Successes that ended. */
  readonly successesPerSecond: number;
}

const mostPoints = 100;

/**
 * Throughput, requests in flight and starts over time, at most 100 points of 1, 2 or 5 times a power of ten milliseconds.
 * Bytes of failed downloads count too: this is what moved, not what was worth it. Points finer than the intervals
 * in which the bytes were counted share them evenly.
 */
export function buildTimeSeries(attempts: Iterable<Attempt>, received: ReceivedSeries): TimeSeriesPoint[] {
  const span = findSpanMs(attempts);
  if (span === null || span.endMs <= span.startMs) return [];
  const durationMs = span.endMs - span.startMs;
  const intervalMs = chooseNiceStep(durationMs / mostPoints);
  const length = Math.ceil(durationMs / intervalMs);
  const bytes = new Array<number>(length).fill(0);
  const busyMs = new Array<number>(length).fill(0);
  const starts = new Array<number>(length).fill(0);
  const successes = new Array<number>(length).fill(0);
  for (const attempt of attempts) {
    const startMs = attempt.started_ms - span.startMs;
    const endMs = attempt.ended_ms - span.startMs;
    spread(busyMs, intervalMs, startMs, endMs, endMs - startMs);
    spread(starts, intervalMs, startMs, startMs, 1);
    if (attempt.outcome === 'ok') spread(successes, intervalMs, endMs, endMs, 1);
  }
  received.bytes.forEach((amount, index) => {
    const startMs = Math.max(0, index * received.interval_ms - span.startMs);
    const endMs = Math.min(durationMs, (index + 1) * received.interval_ms - span.startMs);
    spread(bytes, intervalMs, startMs, endMs, amount);
  });
  return bytes.map((amount, index) => {
    const startMs = index * intervalMs;
    const endMs = Math.min(startMs + intervalMs, durationMs);
    return {
      startMs,
      endMs,
      bytesPerSecond: (amount * 1_000) / (endMs - startMs),
      inFlight: (busyMs[index] ?? 0) / (endMs - startMs),
      starts: starts[index] ?? 0,
      successesPerSecond: ((successes[index] ?? 0) * 1_000) / (endMs - startMs),
    };
  });
}

/** Adds `amount` to the intervals between two times, in proportion to how much of it lies in each. */
function spread(sums: number[], intervalMs: number, fromMs: number, toMs: number, amount: number): void {
  const last = sums.length - 1;
  const first = Math.min(Math.floor(fromMs / intervalMs), last);
  if (toMs <= fromMs) {
    sums[first] = (sums[first] ?? 0) + amount;
    return;
  }
  for (let index = first; index <= last && index * intervalMs < toMs; index += 1) {
    const overlapMs = Math.min(toMs, (index + 1) * intervalMs) - Math.max(fromMs, index * intervalMs);
    sums[index] = (sums[index] ?? 0) + (amount * overlapMs) / (toMs - fromMs);
  }
}
