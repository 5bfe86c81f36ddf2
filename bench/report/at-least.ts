import type { Metrics } from '../../contract/run.ts';

export type LatencyStatistic = 'mean' | 'median' | 'p90' | 'p95' | 'p99' | 'min' | 'max';

const percentiles: Readonly<Partial<Record<LatencyStatistic, number>>> = {
  median: 50,
  p90: 90,
  p95: 95,
  p99: 99,
};

/**
 * Whether a latency statistic includes timeouts, whose true latencies are longer: then it is only a lower bound.
 * The mean always does when there are any; a percentile when its rank falls among them, as they are the longest.
 */
export function isAtLeast(latency: Metrics['latency'], statistic: LatencyStatistic): boolean {
  const { count, censored } = latency;
  if (censored === 0) return false;
  if (statistic === 'min') return censored === count;
  const percentile = percentiles[statistic];
  return percentile === undefined || isPercentileAtLeast(latency, percentile);
}

/** The same of any percentile, from 0 to 100. */
export function isPercentileAtLeast(
  { count, censored }: Pick<Metrics['latency'], 'count' | 'censored'>,
  percentile: number,
): boolean {
  return censored > 0 && Math.max(Math.ceil((percentile * count) / 100), 1) > count - censored;
}

/** `≥ 300.0 s` for a lower bound, else the text as it is. */
export function markAtLeast(text: string, atLeast: boolean): string {
  return atLeast ? `≥ ${text}` : text;
}
