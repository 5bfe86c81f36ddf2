import type { Attempt } from '../../contract/ledger.ts';
import type { AttemptLog } from './attempt-log.ts';
import { LedgerColumns } from './ledger-columns.ts';

/** One runner's attempts, and where they stand in the whole. */
export interface AttemptPart {
  readonly attempts: AttemptLog;
  /** How much later than the earliest runner this one began. */
  readonly offsetMs: number;
  /** The number of its first client among those of all runners. */
  readonly firstClient: number;
}

/** The attempts of several runners as one log, on one clock, in the order in which they ended; clients numbered through. */
export function joinAttempts(parts: readonly AttemptPart[]): AttemptLog {
  const joined = new LedgerColumns();
  const heads = parts.flatMap((part): Head[] => {
    const rows = part.attempts[Symbol.iterator]();
    const next = shift(rows.next(), part);
    return next === null ? [] : [{ part, rows, next }];
  });
  heads.sort((one, other) => one.next.ended_ms - other.next.ended_ms);
  for (let first = heads[0]; first !== undefined; first = heads[0]) {
    joined.push(first.next);
    const next = shift(first.rows.next(), first.part);
    if (next !== null) first.next = next;
    else {
      const last = heads.pop() as Head;
      if (last !== first) heads[0] = last;
    }
    siftDown(heads);
  }
  return joined;
}

interface Head {
  readonly part: AttemptPart;
  readonly rows: Iterator<Attempt>;
  next: Attempt;
}

/** Makes the heads a heap again after its first was changed: the one that ends first stands first. */
function siftDown(heads: Head[]): void {
  const endOf = (index: number) => heads[index]?.next.ended_ms ?? Number.POSITIVE_INFINITY;
  for (let at = 0; ; ) {
    const child = endOf(2 * at + 2) < endOf(2 * at + 1) ? 2 * at + 2 : 2 * at + 1;
    if (endOf(child) >= endOf(at)) return;
    [heads[at], heads[child]] = [heads[child] as Head, heads[at] as Head];
    at = child;
  }
}

function shift(
  { done, value }: IteratorResult<Attempt, unknown>,
  { offsetMs, firstClient }: AttemptPart,
): Attempt | null {
  if (done) return null;
  const later = (ms: number | null) => (ms === null ? null : ms + offsetMs);
  return {
    ...value,
    client: value.client + firstClient,
    intended_ms: later(value.intended_ms),
    started_ms: value.started_ms + offsetMs,
    connected_ms: later(value.connected_ms),
    redirected_ms: later(value.redirected_ms),
    first_byte_ms: later(value.first_byte_ms),
    ended_ms: value.ended_ms + offsetMs,
  };
}
