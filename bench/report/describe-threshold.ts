import type { ThresholdResult } from '../../contract/report.ts';
import { findThreshold, type Threshold } from '../thresholds/parse-threshold.ts';
import { thresholdMetrics } from '../thresholds/threshold-metrics.ts';
import { formatBytes, formatCount, formatFigure, formatPercent, noSample } from './format.ts';

/** The expression with the metric it is about, where it does not name it itself. */
export function nameThreshold({ metric, expression }: ThresholdResult): string {
  const isSaid = metric === undefined || metric === 'http_req_duration' || expression.includes(metric);
  return isSaid ? expression : `${metric} ${expression}`;
}

/** The value that a threshold was held against, in the unit of its expression; bare where that is none of ours. */
export function formatThresholdValue({ metric = '', expression, value }: ThresholdResult): string {
  if (value === null) return noSample;
  const threshold = findThreshold({ metric, expression });
  return threshold === null ? formatFigure(value) : formatValue(threshold, value);
}

function formatValue({ metric, statistic }: Threshold, value: number): string {
  const isBytes = metric === 'goodput' || metric === 'data_received';
  switch (thresholdMetrics[metric]) {
    case 'trend':
      return `${formatFigure(value)} ms`;
    case 'rate':
      return formatFigure(value);
    case 'counter':
      if (statistic.name === 'rate') return isBytes ? `${formatBytes(value)}/s` : `${formatFigure(value)} /s`;
      return isBytes ? formatBytes(value) : formatCount(value);
    default:
      if (metric === 'requests_per_second') return `${formatFigure(value)} /s`;
      return metric === 'bytes_per_second' ? `${formatCount(value)} B/s` : formatPercent(value);
  }
}
