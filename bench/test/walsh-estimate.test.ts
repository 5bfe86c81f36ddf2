import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { countRankSums, findIntervalDepth } from '../statistics/signed-rank.ts';
import { estimateShift } from '../statistics/walsh-estimate.ts';

const test = suite('walsh estimate');

/** Hollander and Wolfe 1973, table 3.1: depression scores before and after a tranquilliser. */
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

test('the textbook example has the textbook estimate and its 96.1 % interval', () => {
  const differences = before.map((score, index) => score - (after[index] ?? 0));
  const { estimate, low, high } = estimateShift(differences, 0.95);
  assert.is(estimate.toFixed(3), '0.460');
  assert.is(low.toFixed(3), '0.010');
  assert.is(high.toFixed(3), '0.786');
});

test('the sums of signed ranks are as often as tables say', () => {
  assert.equal(countRankSums(3), [1, 1, 1, 2, 1, 1, 1]);
  const sums = countRankSums(8);
  assert.is(
    sums.reduce((total, count) => total + count, 0),
    256,
  );
  assert.equal(sums, sums.toReversed());
});

test('the interval is cut as deep as tables of critical values say', () => {
  // Two-sided 0.05: 5 pairs never, 6: 0, 8: 3, 16: 29, 24: 81. Two-sided 0.10: 8: 5.
  assert.is(findIntervalDepth(5, 0.95), null);
  const depths = [6, 8, 16, 24].map((n) => findIntervalDepth(n, 0.95));
  assert.equal(depths, [0, 3, 29, 81]);
  assert.is(findIntervalDepth(8, 0.9), 5);
});

test('a confidence that is met exactly is used', () => {
  assert.is(findIntervalDepth(6, 1 - 2 / 64), 0);
  assert.is(findIntervalDepth(6, 1 - 1.9 / 64), null);
});

test('swapping the arms turns the estimate and its interval round', () => {
  const differences = [0.3, -0.1, 0.25, 0.08, 0.9, 0.2, 0.11, 0.4];
  const shift = estimateShift(differences, 0.9);
  const turned = estimateShift(
    differences.map((difference) => -difference),
    0.9,
  );
  assert.equal(turned, { estimate: -shift.estimate, low: -shift.high, high: -shift.low });
});

test('an arm that delivered nothing gives an infinite estimate, one lost pair does not', () => {
  const infinity = Number.POSITIVE_INFINITY;
  assert.is(estimateShift(new Array(8).fill(infinity), 0.9).low, infinity);
  const { estimate, low } = estimateShift([0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.2, infinity], 0.9);
  assert.ok(estimate < 0.4 && low > 0);
  assert.is(estimateShift([infinity, -infinity], 0.9).estimate, 0);
});

test('what is no number and no pair at all is refused', () => {
  assert.throws(() => estimateShift([], 0.9), /received \[\]/);
  assert.throws(() => estimateShift([1, Number.NaN], 0.9), /received \[1, NaN\]/);
});

test.run();
