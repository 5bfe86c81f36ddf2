import type { Attempt, Outcome } from '../../contract/ledger.ts';
import { outcomes } from '../../contract/ledger.ts';
import type { BlackBox } from '../../contract/report.ts';
import { formatBytes, formatMs } from './format.ts';

const longestError = 200;

/** Each kind of failure that occurred, how often, and its first case in words. */
export function listFailures(attempts: Iterable<Attempt>): BlackBox['failures'] {
  const kinds = new Map<Outcome, { first: Attempt; count: number }>();
  for (const attempt of attempts) {
    const kind = kinds.get(attempt.outcome);
    if (kind) kind.count += 1;
    else if (attempt.outcome !== 'ok') kinds.set(attempt.outcome, { first: attempt, count: 1 });
  }
  return outcomes.flatMap((outcome) => {
    const kind = kinds.get(outcome);
    return kind ? [{ outcome, count: kind.count, example: describeFailure(kind.first) }] : [];
  });
}

/** Such as `client 17, after 1.23 s and 12,345,678 B: connection reset`, on one line whatever the error holds. */
export function describeFailure(attempt: Attempt): string {
  const waited = formatMs(attempt.ended_ms - attempt.started_ms);
  const what = toOneLine(attempt.error ?? nameOutcome(attempt.outcome));
  return `client ${attempt.client}, after ${waited} and ${formatBytes(attempt.body_bytes)}: ${what}`;
}

export function nameOutcome(outcome: Outcome): string {
  return outcomeNames[outcome];
}

const outcomeNames: Readonly<Record<Outcome, string>> = {
  ok: 'ok',
  timeout: 'timed out',
  aborted: 'cut off before the last byte',
  connect_failed: 'no connection',
  unexpected_status: 'unexpected status',
  throttled: 'asked to come back later',
  wrong_length: 'wrong length',
  wrong_range: 'another part than asked for',
  wrong_digest: 'wrong digest',
  too_long: 'bytes after the end of the response',
  stitched: 'a second response to one request',
  unsolicited: 'bytes before the request',
  encoded: 'compressed although identity was asked for',
  closed_delimited: 'a body of untold length',
  conflicting_headers: 'headers that contradict each other',
  endless_header: 'a head without an end',
  malformed: 'malformed response',
  interrupted: 'interrupted by the end of the run',
};

function toOneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > longestError ? `${line.slice(0, longestError)}…` : line;
}
