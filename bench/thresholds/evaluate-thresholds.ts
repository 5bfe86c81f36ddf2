import type { ThresholdResult } from '../../contract/report.ts';
import type { MetricReadings } from './metric-readings.ts';
import { type Comparison, parseThreshold, type Threshold, type WrittenThreshold } from './parse-threshold.ts';
import { readStatistic } from './read-statistic.ts';

/** Holds every threshold against the metrics. Without a sample there is no value, and nothing is passed. */
export function evaluateThresholds(
  thresholds: readonly WrittenThreshold[],
  readings: MetricReadings,
): ThresholdResult[] {
  return thresholds.map((written) => {
    const threshold = parseThreshold(written);
    const value = readings.http_reqs.count === 0 ? null : readStatistic(readings, threshold);
    return {
      metric: threshold.metric,
      expression: written.expression,
      value,
      passed: value !== null && passes(value, threshold),
      ...(written.implied ? { implied: true as const } : {}),
    };
  });
}

export function passes(value: number, { comparison, limit }: Threshold): boolean {
  return holds[comparison](value, limit);
}

const holds: Readonly<Record<Comparison, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};
