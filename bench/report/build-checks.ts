import type { Attempt } from '../../contract/ledger.ts';
import type { BlackBox, Check, Identity, WhiteBox } from '../../contract/report.ts';
import type { CheckCount } from '../metrics/measurement.ts';
import { formatBytes, formatCount, formatFigure } from './format.ts';
import { describeFailure } from './list-failures.ts';

/**
 * The bodies of which a length was expected have it, whatever became of their attempts otherwise. Where none was, whole
 * answers are all that is known, and nothing is compared (total 0), nor of what the end of the run interrupted, nor of
 * what the service asked to be spared.
 */
export function checkLengths(attempts: Iterable<Attempt>): Check {
  return summarise('length', attempts, hasToHaveLength, hasWholeBody);
}

function hasToHaveLength({ outcome, expected_bytes }: Attempt): boolean {
  return expected_bytes !== null && outcome !== 'interrupted' && outcome !== 'throttled';
}

/** The length check of older reports: of every attempt, so that bodies of unknown length were right if whole. */
export function checkLengthsOfAll(attempts: Iterable<Attempt>): Check {
  return summarise('length', attempts, () => true, hasWholeBody);
}

/** The bodies that were hashed have the digest of the model's record. */
export function checkDigests(attempts: Iterable<Attempt>): Check {
  return summarise(
    'digest',
    attempts,
    (attempt) => attempt.digest_checked,
    ({ outcome }) => outcome !== 'wrong_digest',
  );
}

/** The service named the run's strategy in every download's answer, so the report's heading is true. */
export function checkDelivery(attempts: Iterable<Attempt>, delivery: string): Check {
  return summarise(
    'delivery',
    attempts,
    ({ outcome, expected_bytes }) => outcome === 'ok' && expected_bytes !== null,
    (attempt) => attempt.delivery === delivery,
    (attempt) =>
      `client ${attempt.client} was served by ${attempt.delivery ?? 'a strategy without a name'}, not by ${delivery}`,
  );
}

/** Begins the names of the scenario's own checks. */
export const headerCheckPrefix = 'header: ';

/** The scenario's own header checks: they fail without making a request fail. */
export function describeHeaderChecks(checks: readonly CheckCount[]): Check[] {
  return checks.map(({ name, passes, fails }) => ({
    name: `${headerCheckPrefix}${name}`,
    passed: passes,
    total: passes + fails,
    example: null,
  }));
}

/** Figures that were counted apart and have to be equal. Those with an allowance are doubts, not checks. */
export function checkIdentityList(identities: readonly Identity[]): Check {
  const exact = identities.filter((identity) => identity.exact);
  const wrong = exact.filter(({ holds }) => !holds);
  const [first] = wrong;
  return {
    name: 'identities',
    passed: exact.length - wrong.length,
    total: exact.length,
    example: first === undefined ? null : describeIdentity(first),
  };
}

/** `requests planned: 99 instead of 100`. */
export function describeIdentity({ name, exact, expected, found }: Identity): string {
  const limit = exact
    ? `instead of ${formatCount(expected)}`
    : `where at most ${formatFigure(expected)} is allowed`;
  return `${name}: ${exact ? formatCount(found) : formatFigure(found)} ${limit}`;
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

/** Whole, and as long as was expected where something was. */
export function hasWholeBody({ outcome, body_bytes, expected_bytes }: Attempt): boolean {
  const isWhole = outcome === 'ok' || outcome === 'wrong_digest' || outcome === 'wrong_type';
  return isWhole && (expected_bytes === null || body_bytes === expected_bytes);
}

function summarise(
  name: string,
  attempts: Iterable<Attempt>,
  isConcerned: (attempt: Attempt) => boolean,
  isRight: (attempt: Attempt) => boolean,
  describe: (attempt: Attempt) => string = describeFailure,
): Check {
  let total = 0;
  let passed = 0;
  let example: string | null = null;
  for (const attempt of attempts) {
    if (!isConcerned(attempt)) continue;
    total += 1;
    if (isRight(attempt)) passed += 1;
    else example ??= describe(attempt);
  }
  return { name, passed, total, example };
}

function notCompared(reason: string): Check {
  return { name: 'counters', passed: 0, total: 0, example: reason };
}

function formatRequests(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'body' : 'bodies'}`;
}
