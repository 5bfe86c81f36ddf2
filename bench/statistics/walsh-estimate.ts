import { findIntervalDepth } from './signed-rank.ts';

export interface ShiftEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The typical one of paired differences: the median of their Walsh averages (Hodges and Lehmann 1963), with the
 * interval that inverts the exact signed-rank test; its confidence is at least the wanted one, such as 0.9. Infinite
 * differences are allowed. Too few of them give an interval without bounds.
 * @throws {Error} without any difference, or when one is not a number.
 */
export function estimateShift(differences: readonly number[], confidence: number): ShiftEstimate {
  if (differences.length === 0 || differences.some(Number.isNaN)) {
    throw new Error(`An estimate needs differences that are numbers; received [${differences.join(', ')}].`);
  }
  const averages = listWalshAverages(differences);
  const depth = findIntervalDepth(differences.length, confidence);
  return {
    estimate: findMedian(averages),
    low: (depth === null ? undefined : averages[depth]) ?? Number.NEGATIVE_INFINITY,
    high: (depth === null ? undefined : averages.at(-1 - depth)) ?? Number.POSITIVE_INFINITY,
  };
}

/** The means of all pairs of differences, each with itself included: n(n+1)/2 of them, in ascending order. */
function listWalshAverages(differences: readonly number[]): Float64Array {
  const averages = differences.flatMap((one, index) =>
    differences.slice(index).map((other) => average(one, other)),
  );
  return Float64Array.from(averages).sort();
}

function average(one: number, other: number): number {
  // Opposite infinities say as much for either side.
  return one === -other ? 0 : (one + other) / 2;
}

function findMedian(sorted: Float64Array): number {
  const middle = sorted.length / 2;
  return average(sorted[Math.ceil(middle) - 1] ?? Number.NaN, sorted[Math.floor(middle)] ?? Number.NaN);
}
