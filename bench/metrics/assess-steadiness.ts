import type { ReceivedSeries, Steadiness } from '../../contract/report.ts';

/** Below this many intervals nothing can be said. */
const leastIntervals = 30;
const mostIntervals = 120;
const batches = 10;
/** A trend counts from this share of the level on, first batch to last. */
const leastChange = 0.05;
/** The two-sided 5 % limit of the normal distribution. */
const significantZ = 1.96;

/**
 * Whether the received bytes per interval had a warm-up and slowed down later; nothing is dropped from any figure.
 * Warm-up: MSER-5 (White, Simulation 69(6), 1997), looked for in the first half. Slowdown: the Mann-Kendall test
 * (Mann 1945, Kendall 1975) over ten batch means of the rest, its size by Sen's slope (1968). Looked at are whole
 * intervals until the last request started: what comes then is the end of a load. Null stands for 'not assessable'.
 */
export function assessSteadiness(
  { interval_ms, bytes }: ReceivedSeries,
  lastStartMs: number,
): Steadiness | null {
  const whole = Math.min(bytes.length - 1, Math.floor(lastStartMs / interval_ms));
  const { samples, intervalMs } = coarsen(bytes.slice(0, Math.max(0, whole)), interval_ms);
  if (samples.length < leastIntervals) return null;
  const warmUp = findTruncation(samples);
  const steady = samples.slice(warmUp);
  const change = findTrend(averageBatches(steady, Math.floor(steady.length / batches)));
  return {
    method: 'warm-up by MSER-5 (White 1997); slowdown by Mann-Kendall over ten batches, size by Sen (1968)',
    intervals: samples.length,
    interval_ms: intervalMs,
    warm_up_ms: warmUp * intervalMs,
    change,
  };
}

/** Adds neighbours up until there are at most `mostIntervals`: single bodies then show less. */
function coarsen(bytes: readonly number[], intervalMs: number): { samples: number[]; intervalMs: number } {
  const factor = Math.max(1, Math.ceil(bytes.length / mostIntervals));
  const samples = Array.from({ length: Math.floor(bytes.length / factor) }, (_, index) =>
    bytes.slice(index * factor, (index + 1) * factor).reduce((sum, amount) => sum + amount, 0),
  );
  return { samples, intervalMs: intervalMs * factor };
}

/** The start of the rest whose standard error is least, in samples, a multiple of five; 0 if what is before is no slower. */
function findTruncation(samples: readonly number[]): number {
  const means = averageBatches(samples, 5);
  let best = { start: 0, error: Number.POSITIVE_INFINITY };
  for (let start = 0; start <= means.length / 2; start += 1) {
    const rest = means.slice(start);
    const mean = average(rest);
    const error = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
    if (error < best.error) best = { start, error };
  }
  const before = means.slice(0, best.start);
  return before.length > 0 && average(before) < average(means.slice(best.start)) ? best.start * 5 : 0;
}

/** Change along the trend, as a share of where it begins, -1 at most; 0 when it may be chance or is small. */
function findTrend(means: readonly number[]): number {
  const level = average(means);
  const pairs = means.flatMap((later, j) =>
    means.slice(0, j).map((earlier, i) => ({ earlier, later, gap: j - i })),
  );
  const score = pairs.reduce((sum, { earlier, later }) => sum + Math.sign(later - earlier), 0);
  const count = means.length;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  if (level === 0 || (Math.abs(score) - 1) / deviation < significantZ) return 0;
  const slopes = pairs.map(({ earlier, later, gap }) => (later - earlier) / gap).sort((a, b) => a - b);
  const rise = (slopes[Math.floor(slopes.length / 2)] ?? 0) * (count - 1);
  // A trend that begins at nothing, or below, is put as a share of the level instead.
  const change = Math.max(-1, rise / (level - rise / 2 > 0 ? level - rise / 2 : level));
  return Math.abs(change) < leastChange ? 0 : change;
}

function averageBatches(samples: readonly number[], size: number): number[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) =>
    average(samples.slice(index * size, (index + 1) * size)),
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
