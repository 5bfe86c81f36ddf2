import type { Attempt } from '../../contract/ledger.ts';
import type { BlackBox, Check, Target, WhiteBox } from '../../contract/report.ts';
import { formatBytes, formatCount } from './format.ts';
import { describeFailure } from './list-failures.ts';

/** Every attempt's body has the length of the model's record, whatever became of the attempt otherwise. */
export function checkLengths(attempts: readonly Attempt[], target: Target): Check {
  return summarise('length', attempts, (attempt) => hasWholeBody(attempt, target));
}

/** The bodies that were hashed have the digest of the model's record. */
export function checkDigests(attempts: readonly Attempt[]): Check {
  const checked = attempts.filter((attempt) => attempt.digest_checked);
  return summarise('digest', checked, (attempt) => attempt.outcome !== 'wrong_digest');
}

/** The service named the run's strategy in every answer, so the report's heading is true. */
export function checkDelivery(attempts: readonly Attempt[], delivery: string): Check {
  const answered = attempts.filter(({ outcome }) => outcome === 'ok');
  return summarise(
    'delivery',
    answered,
    (attempt) => attempt.delivery === delivery,
    (wrong) =>
      `client ${wrong.client} was served by ${wrong.delivery ?? 'a strategy without a name'}, not by ${delivery}`,
  );
}

/**
 * Requests and body bytes, counted apart by client and service. They must be equal when every attempt succeeded;
 * when some failed, the service may have completed more than arrived, never less. Bodies that the store sent itself,
 * after a redirect, are no bytes of the service: then only requests are compared. Nothing is compared (total 0, the
 * example says why) when something is missing.
 */
export function checkCounters(
  { metrics, outcomes, redirect }: BlackBox,
  whiteBox: WhiteBox | null,
  missing: readonly string[],
): Check {
  if (whiteBox === null) return notCompared('The service sent no telemetry of this run.');
  const [firstMissing] = missing;
  if (firstMissing !== undefined) return notCompared(firstMissing);
  const successes = outcomes.ok ?? 0;
  const exact = successes === metrics.total_requests;
  const pairs = [
    { client: successes, service: whiteBox.requests_completed, format: formatRequests },
    ...(redirect === undefined
      ? [{ client: metrics.total_bytes, service: whiteBox.body_bytes, format: formatBytes }]
      : []),
  ];
  const wrong = pairs.filter(({ client, service }) => (exact ? client !== service : service < client));
  const [first] = wrong;
  return {
    name: 'counters',
    passed: pairs.length - wrong.length,
    total: pairs.length,
    example:
      first === undefined
        ? null
        : `The client received ${first.format(first.client)} whole, the service counts ${first.format(first.service)}.`,
  };
}

/** Whole, and as long as the model's record says. */
export function hasWholeBody({ outcome, body_bytes }: Attempt, target: Target): boolean {
  return (outcome === 'ok' || outcome === 'wrong_digest') && body_bytes === target.size_bytes;
}

function summarise(
  name: string,
  attempts: readonly Attempt[],
  isRight: (attempt: Attempt) => boolean,
  describe = describeFailure,
): Check {
  const wrong = attempts.filter((attempt) => !isRight(attempt));
  const [first] = wrong;
  return {
    name,
    passed: attempts.length - wrong.length,
    total: attempts.length,
    example: first === undefined ? null : describe(first),
  };
}

function notCompared(reason: string): Check {
  return { name: 'counters', passed: 0, total: 0, example: reason };
}

function formatRequests(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'body' : 'bodies'}`;
}
