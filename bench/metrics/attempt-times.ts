import type { Attempt } from '../../contract/ledger.ts';

/**
 * Latencies of the successes, and of the timeouts as long as they had waited: those are censored, the true ones
 * are longer. Other failures have no latency.
 */
export function listLatenciesMs(attempts: readonly Attempt[]): number[] {
  return attempts.filter(isTimed).map((attempt) => attempt.ended_ms - attempt.started_ms);
}

/** From the request's start, its connecting included, for the attempts that have a latency. */
export function listFirstByteTimesMs(attempts: readonly Attempt[]): number[] {
  return attempts
    .filter(isTimed)
    .flatMap(({ started_ms, first_byte_ms }) => (first_byte_ms === null ? [] : [first_byte_ms - started_ms]));
}

/** For every attempt that opened a connection, whatever became of it. */
export function listConnectTimesMs(attempts: readonly Attempt[]): number[] {
  return attempts.flatMap(({ started_ms, connected_ms }) =>
    connected_ms === null ? [] : [connected_ms - started_ms],
  );
}

/** From the request's start to the end of the answer that sent it on, for the attempts that were redirected. */
export function listRedirectTimesMs(attempts: readonly Attempt[]): number[] {
  return attempts.flatMap(({ started_ms, redirected_ms }) =>
    redirected_ms === null ? [] : [redirected_ms - started_ms],
  );
}

/** When the first request started and the last one ended, whatever became of them; null without any. */
export function findSpanMs(attempts: readonly Attempt[]): { startMs: number; endMs: number } | null {
  if (attempts.length === 0) return null;
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const attempt of attempts) {
    startMs = Math.min(startMs, attempt.started_ms);
    endMs = Math.max(endMs, attempt.ended_ms);
  }
  return { startMs, endMs };
}

/** Whether an attempt has a latency: successes do, and timeouts as long as they waited. */
export function isTimed({ outcome }: Attempt): boolean {
  return outcome === 'ok' || outcome === 'timeout';
}
