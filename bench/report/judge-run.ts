import type { Attempt } from '../../contract/ledger.ts';
import type { Check, Identity } from '../../contract/report.ts';
import type { Verdict } from '../../contract/run.ts';
import { describeIdentity, hasWholeBody } from './build-checks.ts';
import { formatCount } from './format.ts';

/**
 * May the figures be believed? Failed requests do not make a run invalid: they are what was measured. What does is
 * a wrong byte, or counters that disagree; all reasons are given, the worst decides.
 */
export function judgeRun(run: {
  readonly attempts: Iterable<Attempt>;
  readonly checks: readonly Check[];
  readonly identities: readonly Identity[];
  /** What the run lacks to be complete, in sentences. */
  readonly missing: readonly string[];
}): Verdict {
  const disagreements = [
    ...findMiscounted(run.attempts),
    ...run.identities.flatMap(findBroken),
    ...run.checks.flatMap(findDisagreement),
  ];
  if (disagreements.length > 0) return { value: 'invalid', reasons: [...disagreements, ...run.missing] };
  if (run.missing.length > 0) return { value: 'incomplete', reasons: [...run.missing] };
  return { value: 'valid', reasons: [] };
}

/** The load generator's own bookkeeping: what it calls a success must have the right length. */
function findMiscounted(attempts: Iterable<Attempt>): string[] {
  let successes = 0;
  let miscounted = 0;
  for (const attempt of attempts) {
    if (attempt.outcome !== 'ok') continue;
    successes += 1;
    if (!hasWholeBody(attempt)) miscounted += 1;
  }
  if (miscounted === 0) return [];
  return [`${formatCount(miscounted)} of ${formatCount(successes)} successes do not have the model's length.`];
}

function findBroken(identity: Identity): string[] {
  return identity.exact && !identity.holds ? [`The books do not balance: ${describeIdentity(identity)}.`] : [];
}

function findDisagreement({ name, passed, total, example }: Check): string[] {
  if (passed === total || example === null) return [];
  if (name === 'digest') {
    return [
      `Wrong digest on ${formatCount(total - passed)} of ${formatCount(total)} hashed bodies: ${example}.`,
    ];
  }
  if (name === 'delivery') {
    return [
      `${formatCount(total - passed)} of ${formatCount(total)} bodies were delivered otherwise: ${example}.`,
    ];
  }
  return ['counters', 'store', 'residence'].includes(name) ? [example] : [];
}
