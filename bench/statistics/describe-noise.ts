import { findIntervalDepth } from './signed-rank.ts';

/** How much rounds scatter, and what that lets an experiment see. Ratios are given less 1: 0.08 is 8 %. */
export interface Noise {
  /** Of one round, from the scatter of the pairs: their standard deviation over the square root of 2. */
  readonly sd_per_round: number;
  /** Between a round and the next one in time, both arms at their own level; null where it cannot be told. */
  readonly lag_1: number | null;
  /** Found with a chance of 80 % by as many pairs as there are. */
  readonly smallest_detectable: number;
  /** To find a difference as small as the margin with a chance of 80 %. */
  readonly pairs_for_margin: number;
}

/** Of the signed-rank test beside the t test, on normal noise: 3 over pi. */
const efficiency = 3 / Math.PI;
const power = 0.8;

/**
 * `differences`: logarithms of the pairs' ratios. `levels`: logarithms of each round's figure over its arm's typical one,
 * in order of time. Null where one is infinite, none scatters, or there are too few for any interval to exclude 1.
 */
export function describeNoise(
  differences: readonly number[],
  levels: readonly number[],
  { confidence, margin }: { readonly confidence: number; readonly margin: number },
): Noise | null {
  if (!differences.every(Number.isFinite) || findIntervalDepth(differences.length, confidence) === null)
    return null;
  const sd = findDeviation(differences);
  if (sd === 0) return null;
  let fewest = 1;
  while (findIntervalDepth(fewest, confidence) === null) fewest += 1;
  const need = (pairs: number) =>
    (findTQuantile((1 + confidence) / 2, pairs - 1) + findTQuantile(power, pairs - 1)) *
    (sd / Math.sqrt(pairs * efficiency));
  return {
    sd_per_round: Math.expm1(sd / Math.SQRT2),
    lag_1: findLag(levels),
    smallest_detectable: Math.expm1(need(differences.length)),
    pairs_for_margin: countPairs(need, Math.log1p(margin), fewest),
  };
}

const mostPairs = 10_000;

function countPairs(need: (pairs: number) => number, wanted: number, fewest: number): number {
  let pairs = fewest;
  while (pairs < mostPairs && need(pairs) > wanted) pairs += 1;
  return pairs;
}

function findDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function findLag(levels: readonly number[]): number | null {
  if (levels.length < 4 || !levels.every(Number.isFinite)) return null;
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const total = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0);
  if (total === 0) return null;
  const products = levels.slice(1).map((level, index) => (level - mean) * ((levels[index] ?? mean) - mean));
  return products.reduce((sum, product) => sum + product, 0) / total;
}

/** Cornish and Fisher's expansion, good to 1 % from five degrees of freedom on (Abramowitz and Stegun 26.7.5). */
function findTQuantile(probability: number, freedom: number): number {
  const z = findNormalQuantile(probability);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

/** For probabilities of 0.5 and above, to 0.00045 (Abramowitz and Stegun 26.2.23). */
function findNormalQuantile(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - probability));
  const above = 2.515517 + 0.802853 * t + 0.010328 * t ** 2;
  return t - above / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}
