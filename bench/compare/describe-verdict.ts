import type { Experiment, ExperimentMetric } from '../../contract/experiment.ts';
import { formatFigure, formatPercent } from '../report/format.ts';
import { formatMetric } from './format-metric.ts';

/** Three decimals near 1, where a ratio is about a few percent. */
export function formatBound(bound: number | 'infinite'): string {
  if (bound === 'infinite') return '∞';
  return bound > 0.5 && bound < 2 ? bound.toFixed(3) : formatFigure(bound);
}

/** Over all looks; what each of them takes is in the definition. */
export function nameConfidence({ design }: Pick<Experiment, 'design'>): string {
  return design.looks.length > 1
    ? `95 %, over all looks (${formatPercent(100 * design.confidence)} at each)`
    : formatPercent(100 * design.confidence);
}

export function findPrimary({ metrics }: Pick<Experiment, 'metrics'>): ExperimentMetric | undefined {
  return metrics.find(({ role }) => role === 'primary');
}

/** The answer in one sentence: the verdict, the figure with its interval, and whether that was predicted. */
export function describeAnswer(experiment: Experiment): string {
  const { verdict, design } = experiment;
  const primary = findPrimary(experiment);
  const name = verdict.value === 'NO_VERDICT' ? 'No verdict' : verdict.value;
  if (!primary?.ratio || verdict.value === 'INVALID') return `${name}: ${verdict.reasons.join('; ')}.`;
  const pairs = `${design.pairs} ${design.pairs === 1 ? 'pair' : 'pairs'}`;
  const what = shortTitle(primary);
  const interval = design.looks.length > 1 ? '95 % interval over all looks' : '95 % interval';
  const { estimate, low, high } = primary.ratio;
  const { before: isMost, after: isLeast } = primary.is_at_least;
  const atLeast = verdict.is_at_least || isLeast ? 'at least ' : isMost ? 'at most ' : '';
  // Too few pairs bound nothing.
  const isBounded = !(low === 0 && high === 'infinite');
  const ratio =
    estimate === 'infinite'
      ? `${formatMetric(primary.after, primary.unit)} of ${what} where there was none`
      : `${atLeast}${formatBound(estimate)} times the ${what}`;
  const bounds = isBounded ? `${interval} ${formatBound(low)} to ${formatBound(high)}, ` : '';
  const reasons = verdict.reasons.length === 0 ? '' : `; ${verdict.reasons.join('; ')}`;
  const detectable = verdict.is_detectable ? ', a difference, but one below the margin' : '';
  return `${name}: ${ratio} (${bounds}${pairs})${detectable}${reasons}${describePrediction(experiment)}.`;
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
