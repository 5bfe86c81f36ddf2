import type { ThresholdResult } from '../../contract/report.ts';
import { findUnit } from '../thresholds/find-unit.ts';
import { findThreshold, type Threshold } from '../thresholds/parse-threshold.ts';
import { thresholdMetrics } from '../thresholds/threshold-metrics.ts';
import { formatBytes, formatCount, formatFigure, formatPercent } from './format.ts';

/** The expression with the metric it is about, where it does not name it itself. */
export function nameThreshold({ metric, expression }: ThresholdResult): string {
  const isSaid = metric === undefined || expression.includes(metric);
  return isSaid ? expression : `${metric} ${expression}`;
}

/** Those that did not hold, by name. */
export function listCrossed(thresholds: readonly ThresholdResult[]): string[] {
  return thresholds.filter(({ passed }) => !passed).map(nameThreshold);
}

/** `(0, set by the executor)`: the value, and who asked where that was not the scenario. */
export function describeThresholdValue(threshold: ThresholdResult): string {
  const value = formatThresholdValue(threshold);
  return threshold.implied ? `${value}, a default of the arrival rate` : value;
}

/** The value that a threshold was held against, in the unit of its expression; bare where that is none of ours. */
export function formatThresholdValue({ metric = '', expression, value }: ThresholdResult): string {
  if (value === null) return 'no samples';
  const threshold = findThreshold({ metric, expression });
  return threshold === null ? formatFigure(value) : formatValue(threshold, value);
}

function formatValue(threshold: Threshold, value: number): string {
  const unit = findUnit(threshold);
  switch (unit) {
    case '%':
      return formatPercent(value);
    case 'B':
      return formatBytes(value);
    case 'B/s':
      return `${formatBytes(value)}/s`;
    case null:
      return thresholdMetrics[threshold.metric] === 'rate' ? formatFigure(value) : formatCount(value);
    default:
      return `${formatFigure(value)} ${unit}`;
  }
}
