import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../bench/engine/plan-requests.ts';
import { fitSlope } from '../fit-slope.ts';

const test = suite('fit slope');
const seconds = 1_200;
const warmUpSeconds = 120;
const series = 200;

test('a line without noise has its own slope, and no doubt', () => {
  const slope = fitSlope(Array.from({ length: 100 }, (_, at) => [1 + at, 3 + 0.5 * at]));
  assert.ok(slope);
  assert.ok(Math.abs(slope.perSecond - 0.5) < 1e-9);
  assert.ok(slope.high - slope.low < 1e-6);
});

test('what grows with the logarithm of time has no slope, and a slope beside it is found', () => {
  const fit = (perSecond: number) =>
    fitSlope(Array.from({ length: 100 }, (_, at) => [60 + at, 8 * Math.log(60 + at) + perSecond * at]));
  for (const perSecond of [0, 0.5]) {
    const slope = fit(perSecond);
    assert.ok(slope);
    assert.ok(Math.abs(slope.perSecond - perSecond) < 1e-6);
  }
});

test('too few points have none', () => {
  assert.is(fitSlope([[0, 1]]), null);
});

test('noise without a slope is taken for growth in one of 50 series at most, also where each reading is like the one before', () => {
  for (const likeness of [0, 0.9]) {
    const wrong = countGrowing(likeness, 0);
    assert.ok(wrong <= series / 50, `${wrong} of ${series} at ${likeness}`);
  }
});

test('a slope of a hundredth of the noise a second is found in every series, and one of half of that in nine of ten', () => {
  assert.is(countGrowing(0.9, 0.01), series);
  const found = countGrowing(0.9, 0.005);
  assert.ok(found >= 0.9 * series, `${found} of ${series}`);
});

test.run();

/** Series whose slope lies above 0 with all of its interval. The noise scatters by 1. */
function countGrowing(likeness: number, slope: number): number {
  const seeds = Array.from({ length: series }, (_, seed) => seed);
  return seeds.filter((seed) => (fitSlope(makeSeries(seed, likeness, slope))?.low ?? 0) > 0).length;
}

function makeSeries(seed: number, likeness: number, slope: number): [number, number][] {
  const random = createRandom(seed, 0);
  let noise = 0;
  return Array.from({ length: seconds }, (_, at) => {
    noise = likeness * noise + Math.sqrt(1 - likeness ** 2) * (random() - 0.5) * Math.sqrt(12);
    return [warmUpSeconds + at, slope * at + noise];
  });
}
