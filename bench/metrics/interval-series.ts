import type { Attempt } from '../../contract/ledger.ts';
import type { IntervalSeries } from '../../contract/report.ts';
import { findSpanMs } from './attempt-times.ts';

/**
 * What started, ended, was in flight at each interval's end, and how many bytes were verified in it: a body counts when
 * it is whole and right, all at once. Intervals are counted from the common start, as those of the received bytes are,
 * which say what was on the wire meanwhile. Starts, ends and bytes add up to those of the attempts, exactly.
 */
export function buildIntervalSeries(attempts: Iterable<Attempt>, intervalMs: number): IntervalSeries {
  const span = findSpanMs(attempts);
  const length = span === null ? 0 : Math.floor(span.endMs / intervalMs) + 1;
  const starts = new Array<number>(length).fill(0);
  const ends = new Array<number>(length).fill(0);
  const verifiedBytes = new Array<number>(length).fill(0);
  for (const { started_ms, ended_ms, outcome, body_bytes } of attempts) {
    add(starts, Math.floor(started_ms / intervalMs), 1);
    add(ends, Math.floor(ended_ms / intervalMs), 1);
    if (outcome === 'ok') add(verifiedBytes, Math.floor(ended_ms / intervalMs), body_bytes);
  }
  let open = 0;
  const inFlight = starts.map((count, index) => {
    open += count - (ends[index] ?? 0);
    return open;
  });
  return { interval_ms: intervalMs, starts, ends, in_flight: inFlight, verified_bytes: verifiedBytes };
}

function add(sums: number[], index: number, amount: number): void {
  sums[Math.max(index, 0)] = (sums[Math.max(index, 0)] ?? 0) + amount;
}
