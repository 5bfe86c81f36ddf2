import type { Experiment, ExperimentMetric } from '../../contract/experiment.ts';
import { formatCount, formatCountOf, formatPercent } from '../report/format.ts';
import { formatMetric } from './format-metric.ts';

/** Three digits; from 1 to 1.1, where a ratio is about a few percent, three decimals. */
export function formatBound(bound: number | 'infinite'): string {
  if (bound === 'infinite') return '∞';
  if (bound >= 100) return formatCount(bound);
  return bound >= 0.9995 && bound < 1.1 ? bound.toFixed(3) : bound.toPrecision(3);
}

/** Of the intervals; that of several looks is what holds for all of them together. */
export function formatConfidence({ design }: Pick<Experiment, 'design'>): string {
  return design.looks.length > 1 ? '95 %' : formatPercent(100 * design.confidence);
}

/** The same with what each of several looks takes. */
export function nameConfidence(experiment: Pick<Experiment, 'design'>): string {
  const { looks, confidence } = experiment.design;
  const each = looks.length > 1 ? ` over all looks together (${formatPercent(100 * confidence)} at each)` : '';
  return `${formatConfidence(experiment)}${each}`;
}

export function findPrimary({ metrics }: Pick<Experiment, 'metrics'>): ExperimentMetric | undefined {
  return metrics.find(({ role }) => role === 'primary');
}

/** The answer in one sentence: the verdict, the figure with its interval, and whether that was predicted. */
export function describeAnswer(experiment: Experiment): string {
  const { verdict } = experiment;
  const { value, reasons } = verdict;
  const because = reasons.join('; ');
  const figure = describeFigure(experiment);
  if (value === 'INVALID') return `INVALID: ${because}.`;
  const prediction = describePrediction(experiment);
  if (value === 'NO_VERDICT') {
    const measured = figure === null ? '' : `; measured so far: ${figure}`;
    return `${isEarly(experiment) ? 'No verdict yet' : 'No verdict'}: ${because}${measured}${prediction}.`;
  }
  const detectable = verdict.is_detectable ? ', a difference, but one below the margin' : '';
  const said = [...(figure === null ? [] : [figure + detectable]), ...reasons].join('; ');
  return `${value}: ${said}${prediction}.`;
}

/** Whether more pairs are all that is missing. */
function isEarly({ design, verdict }: Experiment): boolean {
  return verdict.reasons.length === 1 && design.pairs < Math.max(...design.looks);
}

/** `3.00 times the goodput (95 % interval 2.81 to 3.20, 8 pairs)`; null where there is none. */
function describeFigure(experiment: Experiment): string | null {
  const { design } = experiment;
  const primary = findPrimary(experiment);
  const ratioOfPrimary = findRatio(experiment);
  if (!primary || !ratioOfPrimary) return null;
  const { estimate, low, high } = ratioOfPrimary;
  const what = shortTitle(primary);
  const ratio =
    estimate === 'infinite'
      ? `${formatMetric(primary.after, primary.unit)} of ${what} where there was none`
      : `${describeBound(experiment)}${formatBound(estimate)} times the ${what}`;
  // Too few pairs bound nothing.
  const isBounded = !(low === 0 && high === 'infinite');
  const bounds = isBounded
    ? [`${formatConfidence(experiment)} interval ${formatBound(low)} to ${formatBound(high)}`]
    : [];
  const pairs = isEarly(experiment) ? [] : [formatCountOf(design.pairs, 'pair')];
  const notes = [...bounds, ...pairs].join(', ');
  return notes === '' ? ratio : `${ratio} (${notes})`;
}

/** Of the primary metric; null where a run lacks it, and where both its figures may truly be greater. */
export function findRatio(experiment: Pick<Experiment, 'metrics'>): ExperimentMetric['ratio'] {
  const { ratio, is_at_least } = findPrimary(experiment) ?? {};
  return !ratio || (is_at_least?.before && is_at_least.after) ? null : ratio;
}

/** `at least ` before a ratio that may truly be greater, `at most ` before one that may be smaller; nothing where it is neither, or both. */
export function describeBound(experiment: Experiment): '' | 'at least ' | 'at most ' {
  const { ratio, is_at_least } = findPrimary(experiment) ?? {};
  if (!ratio || !is_at_least) return '';
  const isFurther = experiment.verdict.is_at_least;
  const isGreater = ratio.estimate === 'infinite' || ratio.estimate > 1;
  const isLeast = is_at_least.after || (isFurther && isGreater);
  const isMost = is_at_least.before || (isFurther && !isGreater);
  if (isLeast === isMost) return '';
  return isLeast ? 'at least ' : 'at most ';
}

export function shortTitle({ title }: Pick<ExperimentMetric, 'title'>): string {
  return title.split(':')[0] ?? title;
}

function describePrediction({ definition, prediction_held }: Experiment): string {
  if (definition === null) return '';
  const { direction, ratio } = definition.predicted;
  const bound = ratio === null ? '' : ` by ${ratio >= 1 ? 'at least' : 'at most'} ${formatBound(ratio)} times`;
  const held = prediction_held === null ? 'undecided' : prediction_held ? 'held' : 'did not hold';
  return `; predicted ${direction}${bound}: ${held}`;
}
