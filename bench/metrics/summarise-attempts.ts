import type { Attempt, Outcome } from '../../contract/ledger.ts';
import type { Metrics } from '../../contract/run.ts';
import { findSpanMs, listFirstByteTimesMs, listLatenciesMs } from './attempt-times.ts';
import { describeDistribution } from './distribution.ts';

/**
 * The metrics of a run. Duration is from the first start to the last end; bytes and throughput are those of
 * bodies that arrived whole and right. A throttled request is neither a success nor an error. Without any attempt
 * nothing succeeded: the success rate is 0, the error rate 100.
 */
export function summariseAttempts(attempts: Iterable<Attempt>): Metrics {
  const span = findSpanMs(attempts);
  const durationSeconds = span === null ? 0 : (span.endMs - span.startMs) / 1_000;
  const { ok = 0, throttled = 0, timeout = 0, ...others } = countOutcomes(attempts);
  const total = Object.values(others).reduce((sum, count) => sum + count, ok + throttled + timeout);
  const totalBytes = sumVerifiedBytes(attempts);
  const toPercentage = (count: number) => (100 * count) / total;
  return {
    throughput: {
      requests_per_second: durationSeconds > 0 ? ok / durationSeconds : 0,
      bytes_per_second: durationSeconds > 0 ? totalBytes / durationSeconds : 0,
    },
    latency: { ...describeDistribution(listLatenciesMs(attempts)), censored: timeout },
    first_byte: describeDistribution(listFirstByteTimesMs(attempts)),
    error_rate: total === 0 ? 100 : toPercentage(total - ok - throttled),
    success_rate: total === 0 ? 0 : toPercentage(ok),
    total_requests: total,
    total_bytes: totalBytes,
    duration_seconds: durationSeconds,
  };
}

/** How many attempts ended in each way; ways that none took are absent. */
export function countOutcomes(attempts: Iterable<Attempt>): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of attempts) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * Mean latency over the run's duration: near 1 when clients that start together also end together, near 0.5 when
 * they are served one after the other. Null without a latency.
 */
export function computeMeanOverMakespan(metrics: Metrics): number | null {
  const { mean_ms } = metrics.latency;
  return mean_ms === null || metrics.duration_seconds === 0 ? null : mean_ms / 1_000 / metrics.duration_seconds;
}

function sumVerifiedBytes(attempts: Iterable<Attempt>): number {
  let sum = 0;
  for (const { outcome, body_bytes } of attempts) if (outcome === 'ok') sum += body_bytes;
  return sum;
}
