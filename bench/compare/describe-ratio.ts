import type { ExperimentMetric } from '../../contract/experiment.ts';
import { noSample } from '../report/format.ts';
import { formatBound } from './describe-verdict.ts';

/**
 * The ratio and its interval, as far as they go: `≤` or `≥` where requests of one side were cut off, so that its figure may
 * truly be greater; nothing where those of both were.
 */
export function describeRatio({ ratio, is_at_least }: Pick<ExperimentMetric, 'ratio' | 'is_at_least'>): {
  readonly estimate: string;
  readonly interval: string;
} {
  const { before, after } = is_at_least;
  if (ratio === null || (before && after)) return { estimate: noSample, interval: noSample };
  const [estimate, low, high] = [ratio.estimate, ratio.low, ratio.high].map(formatBound);
  if (before) return { estimate: `≤ ${estimate}`, interval: `up to ${high}` };
  if (after) return { estimate: `≥ ${estimate}`, interval: `from ${low}` };
  return { estimate: `${estimate}`, interval: `${low} to ${high}` };
}
