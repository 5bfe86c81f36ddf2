import type { Experiment } from '../../contract/experiment.ts';
import { describeNoise } from '../statistics/describe-noise.ts';
import { takeLogRatio } from '../statistics/pair-order.ts';
import { findMetric } from './compared-metrics.ts';
import type { ExperimentInput, RoundResult } from './experiment-input.ts';
import { takeDifferences } from './list-metrics.ts';

/** How much the rounds scatter in the primary metric; null where too few have it. */
export function measureNoise(
  rounds: readonly RoundResult[],
  { primary, margin, design }: Pick<ExperimentInput, 'primary' | 'margin' | 'design'>,
): Experiment['noise'] {
  const metric = findMetric(primary);
  const differences = takeDifferences(rounds, metric);
  if (differences === null) return null;
  const figures = rounds.map(({ phase, report }) => ({ phase, figure: metric.read(report) ?? Number.NaN }));
  const typical = (phase: string) => {
    const logs = figures.filter((round) => round.phase === phase).map(({ figure }) => Math.log(figure));
    return logs.reduce((sum, log) => sum + log, 0) / logs.length;
  };
  const means = { before: typical('before'), after: typical('after') };
  const levels = figures.map(({ phase, figure }) => takeLogRatio(Math.exp(means[phase]), figure));
  return describeNoise(differences, levels, { confidence: design.confidence, margin });
}
