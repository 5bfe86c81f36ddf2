import type { Threshold } from './parse-threshold.ts';
import { thresholdMetrics } from './threshold-metrics.ts';

export type Unit = 'ms' | '%' | 'B' | 'B/s' | '/s' | null;

/** The unit of a threshold's figure; null for a share from 0 to 1 and for a count. */
export function findUnit({ metric, statistic }: Pick<Threshold, 'metric' | 'statistic'>): Unit {
  const isBytes = metric === 'goodput' || metric === 'data_received';
  switch (thresholdMetrics[metric]) {
    case 'trend':
      return 'ms';
    case 'rate':
      return null;
    case 'counter':
      if (statistic.name === 'rate') return isBytes ? 'B/s' : '/s';
      return isBytes ? 'B' : null;
    default:
      if (metric === 'requests_per_second') return '/s';
      return metric === 'bytes_per_second' ? 'B/s' : '%';
  }
}
