import type { Attempt, Outcome } from '../../contract/ledger.ts';
import type { Metrics } from '../../contract/run.ts';
import { findSpanMs, listFirstByteTimesMs, listLatenciesMs } from './attempt-times.ts';
import { describeDistribution } from './distribution.ts';

/**
 * The metrics of a run. Duration is from the first start to the last end; bytes and throughput are those of
 * bodies that arrived whole and right. Without any attempt nothing succeeded: the success rate is 0.
 */
export function summariseAttempts(attempts: readonly Attempt[]): Metrics {
  const span = findSpanMs(attempts);
  const durationSeconds = span === null ? 0 : (span.endMs - span.startMs) / 1_000;
  const successes = attempts.filter(({ outcome }) => outcome === 'ok');
  const totalBytes = successes.reduce((sum, attempt) => sum + attempt.body_bytes, 0);
  const successRate = attempts.length === 0 ? 0 : (100 * successes.length) / attempts.length;
  return {
    throughput: {
      requests_per_second: durationSeconds > 0 ? successes.length / durationSeconds : 0,
      bytes_per_second: durationSeconds > 0 ? totalBytes / durationSeconds : 0,
    },
    latency: {
      ...describeDistribution(listLatenciesMs(attempts)),
      censored: countOutcomes(attempts).timeout ?? 0,
    },
    first_byte: describeDistribution(listFirstByteTimesMs(attempts)),
    error_rate: 100 - successRate,
    success_rate: successRate,
    total_requests: attempts.length,
    total_bytes: totalBytes,
    duration_seconds: durationSeconds,
  };
}

/** How many attempts ended in each way; ways that none took are absent. */
export function countOutcomes(attempts: readonly Attempt[]): Partial<Record<Outcome, number>> {
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
