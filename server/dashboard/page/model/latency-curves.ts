/** Percentiles that a curve is drawn through, by nearest rank: denser towards the tail, where it matters. */
const percentiles = [
  0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.5, 99.9, 99.99, 100,
] as const;

export interface PercentileCurve {
  readonly percentiles: readonly number[];
  readonly latencyMs: readonly number[];
}

/** Of sorted latencies. A percentile that would name the same request as the one before is left out. */
export function drawPercentiles(sortedMs: readonly number[]): PercentileCurve {
  const points = percentiles.map((percentile) => ({
    percentile,
    rank: Math.max(Math.ceil((percentile * sortedMs.length) / 100), 1),
  }));
  const told = points.filter(
    ({ rank, percentile }, index) => percentile === 100 || rank !== points[index + 1]?.rank,
  );
  return {
    percentiles: told.map(({ percentile }) => percentile),
    latencyMs: told.map(({ rank }) => sortedMs[rank - 1] ?? 0),
  };
}

export interface LatencyBins {
  /** Lower edges in milliseconds, one more than counts. */
  readonly edgesMs: readonly number[];
  readonly counts: readonly number[];
}

/** Bins of one width from the least to the greatest, by ratio where they span more than a factor of 20. */
export function binLatencies(sortedMs: readonly number[], most = 40): LatencyBins {
  const least = Math.max(sortedMs[0] ?? 0, 1e-3);
  const greatest = Math.max(sortedMs.at(-1) ?? 0, least);
  const count = Math.max(1, Math.min(most, Math.ceil(3 * Math.sqrt(sortedMs.length))));
  const isWide = greatest / least > 20;
  const edgesMs = Array.from({ length: count + 1 }, (_, index) =>
    isWide ? least * (greatest / least) ** (index / count) : least + ((greatest - least) * index) / count,
  );
  const counts = new Array<number>(count).fill(0);
  let bin = 0;
  for (const latency of sortedMs) {
    while (bin < count - 1 && latency >= (edgesMs[bin + 1] ?? greatest)) bin += 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edgesMs, counts };
}
