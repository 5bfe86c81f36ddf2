import type { ThresholdResult } from '../../contract/report.ts';
import { parseThreshold } from '../thresholds/parse-threshold.ts';
import { formatCount, formatFigure, formatPercent, noSample } from './format.ts';

/** The value that a threshold was held against, in the unit of its expression. */
export function formatThresholdValue({ expression, value }: ThresholdResult): string {
  if (value === null) return noSample;
  const { metric } = parseThreshold(expression);
  if (metric === 'success_rate' || metric === 'error_rate') return formatPercent(value);
  if (metric === 'requests_per_second') return `${formatFigure(value)} /s`;
  if (metric === 'bytes_per_second') return `${formatCount(value)} B/s`;
  return `${formatFigure(value)} ms`;
}
