import type { Attempt } from '../../contract/ledger.ts';
import { type Manner, manners, type Outcome, outcomes } from '../../contract/outcomes.ts';
import type { BlackBox } from '../../contract/report.ts';
import { formatBytes, formatMs } from './format.ts';

const longestError = 200;

/** Each kind of failure that occurred, by outcome and manner, how often, and its first case in words. */
export function listFailures(attempts: Iterable<Attempt>): BlackBox['failures'] {
  const kinds = new Map<string, { first: Attempt; count: number }>();
  for (const attempt of attempts) {
    if (attempt.outcome === 'ok') continue;
    const key = `${attempt.outcome} ${attempt.manner}`;
    const kind = kinds.get(key);
    if (kind) kind.count += 1;
    else kinds.set(key, { first: attempt, count: 1 });
  }
  return outcomes.flatMap((outcome) =>
    [...manners, null].flatMap((manner) => {
      const kind = kinds.get(`${outcome} ${manner}`);
      return kind ? [{ outcome, manner, count: kind.count, example: describeFailure(kind.first) }] : [];
    }),
  );
}

/** Such as `client 17, after 1.23 s and 12,345,678 B: connection reset`, on one line whatever the error holds. */
export function describeFailure(attempt: Attempt): string {
  const waited = formatMs(attempt.ended_ms - attempt.started_ms);
  const what = toOneLine(attempt.error ?? nameFailure(attempt));
  return `client ${attempt.client}, after ${waited} and ${formatBytes(attempt.body_bytes)}: ${what}`;
}

export function nameFailure({ outcome, manner }: Pick<Attempt, 'outcome' | 'manner'>): string {
  return manner === null ? outcomeNames[outcome] : mannerNames[manner];
}

const mannerNames: Readonly<Record<Manner, string>> = {
  fin: 'cut off by FIN before the last byte',
  rst: 'cut off by RST before the last byte',
  unanswered: 'timed out without a byte',
  stalled: 'stalled until the deadline',
  dribbled: 'still dribbling at the deadline',
};

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
  wrong_type: 'another kind of document than asked for',
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
