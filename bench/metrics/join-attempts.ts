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
  const heads = parts.map((part) => {
    const rows = part.attempts[Symbol.iterator]();
    return { part, rows, next: shift(rows.next(), part) };
  });
  for (;;) {
    let first: (typeof heads)[number] | null = null;
    for (const head of heads) {
      if (head.next !== null && (first?.next == null || head.next.ended_ms < first.next.ended_ms)) first = head;
    }
    if (first?.next == null) return joined;
    joined.push(first.next);
    first.next = shift(first.rows.next(), first.part);
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
