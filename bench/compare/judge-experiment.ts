import type { ExperimentMetric, ExperimentVerdict } from '../../contract/experiment.ts';
import { experimentPhases } from '../../contract/experiment-name.ts';
import { formatPercent } from '../report/format.ts';
import { findMetric } from './compared-metrics.ts';
import { shortTitle } from './describe-verdict.ts';
import type { ExperimentInput, RoundResult } from './experiment-input.ts';
import { describeDifference, findEnvironmentDifferences, findSubjectDifferences } from './find-differences.ts';
import { isWithheld } from './is-withheld.ts';

/**
 * The verdict on the primary metric. INVALID when an instrument failed, or the rounds are not of one environment or those of
 * an arm not of one program; none at a number of pairs at which nobody may look, or where there are objections.
 */
export function judgeExperiment(
  rounds: readonly RoundResult[],
  metrics: readonly ExperimentMetric[],
  { design, objections, margin }: Pick<ExperimentInput, 'design' | 'objections' | 'margin'>,
): ExperimentVerdict {
  const nothing = { is_detectable: false, is_at_least: false };
  const faults = [...listInvalidRounds(rounds), ...listDifferences(rounds), ...listChangedPrograms(rounds)];
  if (faults.length > 0) return { value: 'INVALID', reasons: faults, ...nothing };
  const primary = metrics.find(({ role }) => role === 'primary');
  const pairs = rounds.length / 2;
  const early = describeEarly(pairs, design.looks);
  const silent = primary ? [...describeSilence(rounds, primary), ...describeCensoring(primary)] : [];
  if (early !== null || objections.length + silent.length > 0 || !primary?.verdict || !primary.ratio) {
    const reasons = [
      ...objections,
      ...silent,
      ...(early === null ? [] : [early]),
      ...(primary?.ratio ? [] : ['the primary metric is missing in a run']),
    ];
    return { value: 'NO_VERDICT', reasons, ...nothing };
  }
  const value = primary.verdict as ExperimentVerdict['value'];
  const { low, high } = primary.ratio;
  const isDifferent = low === 'infinite' || low > 1 || (high !== 'infinite' && high < 1);
  return {
    value,
    reasons: value === 'INCONCLUSIVE' ? [describeDoubt(pairs, margin, isDifferent)] : [],
    is_detectable: value === 'SAME' && isDifferent,
    is_at_least: isBetterSideBound(rounds, value),
  };
}

function listInvalidRounds(rounds: readonly RoundResult[]): string[] {
  return rounds.flatMap(({ pair, phase, report, guardReports }) =>
    [report, ...Object.values(guardReports)]
      .filter(({ verdict }) => verdict.value !== 'valid')
      .map(
        ({ verdict, scenario }) =>
          `pair ${pair}, ${phase}, ${scenario.name}: the run is ${verdict.value}: ${verdict.reasons.join('; ')}`,
      ),
  );
}

function listDifferences(rounds: readonly RoundResult[]): string[] {
  const [first, ...others] = rounds;
  const found = others.flatMap(({ report }) =>
    first ? findEnvironmentDifferences(first.report, report).map(describeDifference) : [],
  );
  return [...new Set(found)].map((difference) => `the rounds are not of one environment: ${difference}`);
}

/** What is unavailable makes drafts of the runs already. */
function listChangedPrograms(rounds: readonly RoundResult[]): string[] {
  return experimentPhases.flatMap((phase) => {
    const [first, ...others] = rounds.filter((round) => round.phase === phase);
    const found = others.flatMap(({ report }) => (first ? findSubjectDifferences(first.report, report) : []));
    const known = found.filter(({ one, other }) => one !== 'unavailable' && other !== 'unavailable');
    return [...new Set(known.map(describeDifference))].map(
      (difference) => `the rounds ${phase} are not of one program: ${difference}`,
    );
  });
}

/** Of nothing over nothing there is no ratio, though the two are equal. */
function describeSilence(rounds: readonly RoundResult[], { metric, title }: ExperimentMetric): string[] {
  const { read } = findMetric(metric);
  const isSilent = rounds.every(({ report }) => read(report) === 0);
  return isSilent ? [`${shortTitle({ title })} was 0 in all rounds`] : [];
}

function describeCensoring(primary: ExperimentMetric): string[] {
  const { title, verdict } = primary;
  if (verdict === null || !isWithheld(verdict, primary)) return [];
  return [`requests were cut off at their deadline, so that the true ${shortTitle({ title })} is not known`];
}

/** `1 of the 8 pairs that the next look takes`; null at a look. In between, chance would be found to be a difference. */
function describeEarly(pairs: number, looks: readonly number[]): string | null {
  if (looks.includes(pairs)) return null;
  const next = looks.find((look) => look > pairs);
  return next === undefined
    ? `${pairs} pairs are more than the last look takes, which is after ${looks.at(-1)}`
    : `${pairs} of the ${next} pairs that the next look takes`;
}

function describeDoubt(pairs: number, margin: number, isDifferent: boolean): string {
  const what = pairs === 1 ? 'one pair' : `${pairs} pairs`;
  const size = formatPercent(100 * margin);
  return isDifferent
    ? `there is a difference, but ${what} cannot tell whether it is one of ${size} or more`
    : `${what} cannot tell a difference of ${size} from none`;
}

/** Then the gain stands as at least what it is. */
function isBetterSideBound(rounds: readonly RoundResult[], value: ExperimentVerdict['value']): boolean {
  if (value !== 'BETTER' && value !== 'WORSE') return false;
  const isBound = (phase: string) =>
    rounds.some(
      (round) => round.phase === phase && round.report.labels.some(({ label }) => label === 'client-bound'),
    );
  const [better, worse] = value === 'BETTER' ? ['after', 'before'] : ['before', 'after'];
  return isBound(better) && !isBound(worse);
}
