import { findIntervalDepth, findTail } from './signed-rank.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface ShiftEstimate extends Interval {
  readonly estimate: number;
}

/** What paired differences say of the shift between two arms: estimate, intervals and tests from one procedure. */
export interface PairedShift {
  readonly pairs: number;
  /** The median of the Walsh averages (Hodges and Lehmann 1963). */
  readonly estimate: number;
  /** Inverts the exact signed-rank test; its confidence is at least the wanted one. Too few pairs give no bounds. */
  interval(confidence: number): Interval;
  /** Two-sided: at most 0.05 exactly when the 95 % interval excludes 0. */
  readonly p: number;
  /** One-sided, for the claim that the shift is greater than `bound`. */
  findPAbove(bound: number): number;
  /** One-sided, for the claim that the shift is less than `bound`. */
  findPBelow(bound: number): number;
}

/**
 * Estimate and interval of paired differences at one confidence, such as 0.9. Infinite differences are allowed.
 * @throws {Error} without any difference, or when one is not a number.
 */
export function estimateShift(differences: readonly number[], confidence: number): ShiftEstimate {
  const shift = analysePairs(differences);
  return { estimate: shift.estimate, ...shift.interval(confidence) };
}

/** @throws {Error} without any difference, or when one is not a number. */
export function analysePairs(differences: ArrayLike<number>): PairedShift {
  const pairs = differences.length;
  const averages = listWalshAverages(differences);
  const last = averages.length - 1;
  if (pairs === 0 || Number.isNaN(averages[last])) {
    throw new Error(
      `An estimate needs differences that are numbers; received [${Array.from(differences).join(', ')}].`,
    );
  }
  // Averages at the bound speak for neither side, so they count against the claim.
  const findPAbove = (bound: number) => findTail(pairs, countBelow(averages, bound, true));
  const findPBelow = (bound: number) => findTail(pairs, averages.length - countBelow(averages, bound, false));
  return {
    pairs,
    estimate: findMedian(averages),
    interval(confidence) {
      const depth = findIntervalDepth(pairs, confidence);
      if (depth === null) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
      return { low: averages[depth] ?? Number.NaN, high: averages[last - depth] ?? Number.NaN };
    },
    get p() {
      return Math.min(1, 2 * Math.min(findPAbove(0), findPBelow(0)));
    },
    findPAbove,
    findPBelow,
  };
}

/** The means of all pairs of differences, each with itself included: n(n+1)/2 of them, ascending, NaN at the end. */
function listWalshAverages(differences: ArrayLike<number>): Float64Array {
  const { length } = differences;
  const averages = new Float64Array((length * (length + 1)) / 2);
  let next = 0;
  for (let one = 0; one < length; one += 1) {
    for (let other = one; other < length; other += 1) {
      averages[next] = average(differences[one] ?? Number.NaN, differences[other] ?? Number.NaN);
      next += 1;
    }
  }
  return averages.sort();
}

/** How many of the sorted averages are less than the bound, or equal to it where that is `inclusive`. */
function countBelow(averages: Float64Array, bound: number, inclusive: boolean): number {
  let [low, high] = [0, averages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = averages[middle] ?? Number.NaN;
    if (value < bound || (inclusive && value === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function average(one: number, other: number): number {
  // Opposite infinities say as much for either side.
  return one === -other ? 0 : (one + other) / 2;
}

function findMedian(sorted: Float64Array): number {
  const middle = sorted.length / 2;
  return average(sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN);
}
