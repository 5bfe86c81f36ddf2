import { estimateShift } from '../../bench/statistics/walsh-estimate.ts';

/** How many times as large as the other arm's figure the one arm's is, typically, with its interval. */
export interface Ratio {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** From the logarithms of the pairs' ratios, as ratios have no mean. */
export function compareRatios(
  pairs: readonly (readonly [one: number, other: number])[],
  confidence: number,
): Ratio {
  const { estimate, low, high } = estimateShift(
    pairs.map(([one, other]) => Math.log(one / other)),
    confidence,
  );
  return { estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high) };
}

/** `1.003 (0.991 to 1.012)`. */
export function formatRatio({ estimate, low, high }: Ratio): string {
  return `${estimate.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** The one in the middle, or the mean of the two there. */
export function findMedian(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
