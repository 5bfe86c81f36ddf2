import type { Attempt } from '../../contract/ledger.ts';

/**
 * Service times: latencies of the successes, and of the timeouts as long as they had waited: those are censored, the
 * true ones are longer. Other failures have no latency.
 */
export function* listLatenciesMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const attempt of attempts) {
    if (isTimed(attempt)) yield attempt.ended_ms - attempt.started_ms;
  }
}

/** Latencies from when each request was due: a generator that had to wait for a free client is in them. */
export function* listResponseTimesMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const attempt of attempts) {
    if (isTimed(attempt)) yield attempt.ended_ms - (attempt.intended_ms ?? attempt.started_ms);
  }
}

/** How much later than due the requests of the open model started; nothing in the closed one. */
export function* listStartDelaysMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const { started_ms, intended_ms } of attempts) {
    if (intended_ms !== null) yield started_ms - intended_ms;
  }
}

/** From the request's start, its connecting included, for the attempts that have a latency. */
export function* listFirstByteTimesMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const attempt of attempts) {
    if (isTimed(attempt) && attempt.first_byte_ms !== null) yield attempt.first_byte_ms - attempt.started_ms;
  }
}

/** For every attempt that opened a connection, whatever became of it. */
export function* listConnectTimesMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const { started_ms, connected_ms } of attempts) {
    if (connected_ms !== null) yield connected_ms - started_ms;
  }
}

/** From the request's start to the end of the answer that sent it on, for the attempts that were redirected. */
export function* listRedirectTimesMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const { started_ms, redirected_ms } of attempts) {
    if (redirected_ms !== null) yield redirected_ms - started_ms;
  }
}

/** When the first request started and the last one ended, whatever became of them; null without any. */
export function findSpanMs(attempts: Iterable<Attempt>): { startMs: number; endMs: number } | null {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const attempt of attempts) {
    startMs = Math.min(startMs, attempt.started_ms);
    endMs = Math.max(endMs, attempt.ended_ms);
  }
  return startMs === Number.POSITIVE_INFINITY ? null : { startMs, endMs };
}

/** Whether an attempt has a latency: successes do, and timeouts as long as they waited. */
export function isTimed({ outcome }: Attempt): boolean {
  return outcome === 'ok' || outcome === 'timeout';
}
