import type { Distribution } from '../../contract/run.ts';
import { collectSorted } from './sorted-samples.ts';

/** Mean, extremes and nearest-rank percentiles, the median included; nulls when there is no sample. */
export function describeDistribution(samplesMs: Iterable<number>): Distribution {
  return describeSorted(collectSorted(samplesMs));
}

/** The same of samples that are in ascending order already. */
export function describeSorted(sorted: Float64Array): Distribution {
  return {
    count: sorted.length,
    mean_ms: sorted.length === 0 ? null : sorted.reduce((sum, sample) => sum + sample, 0) / sorted.length,
    median_ms: nearestRank(sorted, 50),
    p90_ms: nearestRank(sorted, 90),
    p95_ms: nearestRank(sorted, 95),
    p99_ms: nearestRank(sorted, 99),
    min_ms: sorted[0] ?? null,
    max_ms: sorted.at(-1) ?? null,
  };
}

/** Relative; 99.9 * 41,000 / 100 is a rounding error above 40,959. */
const roundingError = 1e-12;

/**
 * The smallest sample that at least `percentile` per cent of the ascending samples do not exceed: always a sample
 * that was seen, never one in between. Null when there is none.
 */
export function nearestRank(sorted: ArrayLike<number>, percentile: number): number | null {
  const rank = Math.max(1, Math.ceil(((percentile * sorted.length) / 100) * (1 - roundingError)));
  return sorted[rank - 1] ?? null;
}
