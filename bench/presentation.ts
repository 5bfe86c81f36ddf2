/** What a page in a browser may use of the harness: words and figures of reports, pure and without dependencies. */
export { describeRatio } from './compare/describe-ratio.ts';
export { describeAnswer, formatBound, nameConfidence } from './compare/describe-verdict.ts';
export { formatMetric } from './compare/format-metric.ts';
export { isAtLeast, isPercentileAtLeast, type LatencyStatistic, markAtLeast } from './report/at-least.ts';
export { describeDraft, describeEmulation } from './report/caveats.ts';
export { describeCut } from './report/describe-load.ts';
export { formatThresholdValue, nameThreshold } from './report/describe-threshold.ts';
export {
  formatBytes,
  formatCount,
  formatCountOf,
  formatFigure,
  formatMiB,
  formatMs,
  formatPercent,
  formatSeconds,
} from './report/format.ts';
export { describeOutcome } from './report/headline.ts';
export { nameFailure } from './report/list-failures.ts';
export { partNames } from './report/name-part.ts';
export { resourceNames } from './report/name-resource.ts';
