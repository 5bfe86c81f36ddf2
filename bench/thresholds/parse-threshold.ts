export const thresholdMetrics = [
  'success_rate',
  'error_rate',
  'requests_per_second',
  'bytes_per_second',
  'avg',
  'med',
  'min',
  'max',
  'p(90)',
  'p(95)',
  'p(99)',
] as const;
export type ThresholdMetric = (typeof thresholdMetrics)[number];

const comparisons = ['<', '<=', '>', '>=', '==', '!='] as const;
export type Comparison = (typeof comparisons)[number];

interface Threshold {
  readonly metric: ThresholdMetric;
  readonly comparison: Comparison;
  readonly limit: number;
}

const allowed = `a metric (${thresholdMetrics.join(', ')}; latencies in milliseconds), a comparison (${comparisons.join(' ')}) and a number, such as "p(99) < 300000"`;

/** Reads `metric comparison number`, the latency statistics as k6 writes them. @throws {Error} naming the fault. */
export function parseThreshold(expression: string): Threshold {
  const parts = /^\s*([a-z_]+(?:\(\s*\d+\s*\))?)\s*([<>=!]+)\s*(\S+)\s*$/.exec(expression);
  const metric = thresholdMetrics.find((name) => name === parts?.[1]?.replaceAll(/\s/g, ''));
  const comparison = comparisons.find((symbol) => symbol === parts?.[2]);
  const limit = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(parts?.[3] ?? '') ? Number(parts?.[3]) : Number.NaN;
  if (metric === undefined || comparison === undefined || !Number.isFinite(limit)) {
    throw new Error(`The threshold "${expression}" cannot be read; allowed: ${allowed}.`);
  }
  return { metric, comparison, limit };
}
