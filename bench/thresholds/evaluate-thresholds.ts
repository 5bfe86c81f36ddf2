import type { ThresholdResult } from '../../contract/report.ts';
import type { Metrics } from '../../contract/run.ts';
import { type Comparison, parseThreshold, type ThresholdMetric } from './parse-threshold.ts';

/** Holds every expression against the metrics. Without a sample there is no value, and nothing is passed. */
export function evaluateThresholds(expressions: readonly string[], metrics: Metrics): ThresholdResult[] {
  return expressions.map((expression) => {
    const { metric, comparison, limit } = parseThreshold(expression);
    const value = metrics.total_requests === 0 ? null : readMetric[metric](metrics);
    return { expression, value, passed: value !== null && holds[comparison](value, limit) };
  });
}

const readMetric: Readonly<Record<ThresholdMetric, (metrics: Metrics) => number | null>> = {
  success_rate: (metrics) => metrics.success_rate,
  error_rate: (metrics) => metrics.error_rate,
  requests_per_second: (metrics) => metrics.throughput.requests_per_second,
  bytes_per_second: (metrics) => metrics.throughput.bytes_per_second,
  avg: (metrics) => metrics.latency.mean_ms,
  med: (metrics) => metrics.latency.median_ms,
  min: (metrics) => metrics.latency.min_ms,
  max: (metrics) => metrics.latency.max_ms,
  'p(90)': (metrics) => metrics.latency.p90_ms,
  'p(95)': (metrics) => metrics.latency.p95_ms,
  'p(99)': (metrics) => metrics.latency.p99_ms,
};

const holds: Readonly<Record<Comparison, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};
