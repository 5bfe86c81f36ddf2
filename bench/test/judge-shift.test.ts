import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeNoise } from '../statistics/describe-noise.ts';
import { createFixedDesign, stagedDesign } from '../statistics/design.ts';
import { type Guard, judgeGuards, rejectByHolm } from '../statistics/judge-guards.ts';
import { judgeShift } from '../statistics/judge-shift.ts';
import { drawOrder, takeLogRatio } from '../statistics/pair-order.ts';
import { analysePairs } from '../statistics/walsh-estimate.ts';

const test = suite('judge shift');
const fixed = createFixedDesign(8);
const judge = (differences: readonly number[], margin = 0.05, design = fixed) =>
  judgeShift(analysePairs(differences), design, { margin, better: 'higher' });

test('p is at most 0.05 exactly when the 95 % interval excludes no difference', async () => {
  const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 16 });
  await fc.assert(
    fc.property(differences, (values) => {
      const shift = analysePairs(values);
      const { low, high } = shift.interval(0.95);
      assert.is(shift.p <= 0.05, low > 0 || high < 0);
    }),
  );
});

test('differences that all point one way have the p of the textbook: 2 of 2^n', () => {
  assert.is(analysePairs([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]).p, 2 / 256);
  assert.is(analysePairs(new Array(8).fill(0)).p, 1);
});

test('a gain beyond the margin is BETTER, the same loss WORSE, and turned round where less is better', () => {
  const gains = [0.2, 0.25, 0.18, 0.22, 0.3, 0.21, 0.19, 0.24];
  const losses = gains.map((gain) => -gain);
  assert.is(judge(gains).value, 'BETTER');
  assert.is(judge(losses).value, 'WORSE');
  const lower = judgeShift(analysePairs(losses), fixed, { margin: 0.05, better: 'lower' });
  assert.is(lower.value, 'BETTER');
});

test('a sure difference below the margin is SAME and detectable, one that may be either is INCONCLUSIVE', () => {
  const small = [0.01, 0.012, 0.011, 0.009, 0.013, 0.01, 0.012, 0.008];
  assert.equal(judge(small), { value: 'SAME', isDetectable: true });
  assert.equal(judge([0.2, -0.2, 0.1, -0.1, 0.3, -0.25, 0.15, -0.12]), {
    value: 'INCONCLUSIVE',
    isDetectable: false,
  });
  const atMargin = [0.041, 0.09, 0.043, 0.042, 0.044, 0.03, 0.041, 0.02];
  assert.equal(judge(atMargin), { value: 'INCONCLUSIVE', isDetectable: false });
});

test('an arm that delivered nothing is BETTER by an infinite ratio whose interval has a lower bound', () => {
  const differences = [0, 0, 0, 0, 0, 0, 0, 0].map((before) => takeLogRatio(before, 5e6));
  assert.is(judge(differences).value, 'BETTER');
  assert.is(analysePairs(differences).interval(0.95).low, Number.POSITIVE_INFINITY);
  assert.is(takeLogRatio(0, 0), 0);
});

test('a look of the staged design asks for more than the same pairs do when they are all', () => {
  // One step back of the second rank: p = 6 / 256, enough for 95 %, not for 97.8 %.
  const steps = [0.2, 0.25, 0.18, 0.22, 0.3, 0.21, -0.19, 0.24];
  assert.is(analysePairs(steps).p, 0.0234375);
  assert.is(judge(steps, 0.05, fixed).value, 'BETTER');
  assert.is(judge(steps, 0.05, stagedDesign).value, 'INCONCLUSIVE');
});

test('guards share their error: one p of 0.02 among five is no regression, alone it is', () => {
  assert.equal(rejectByHolm([0.02, 0.5, 0.5, 0.5, 0.5], 0.05), [false, false, false, false, false]);
  assert.equal(rejectByHolm([0.02], 0.05), [true]);
  assert.equal(rejectByHolm([0.03, 0.001, 0.02], 0.05), [true, true, true]);
});

test('a guard is OK when it is surely not worse by its margin, REGRESSED when it surely is, else UNPROVEN', () => {
  const guard = (differences: readonly number[] | null): Guard => ({
    shift: differences === null ? null : analysePairs(differences),
    margin: 0.1,
    better: 'lower',
  });
  const still = [0.01, -0.01, 0.02, -0.02, 0.005, -0.004, 0.012, 0.003];
  const worse = still.map((difference) => difference + 0.4);
  const wild = [0.4, -0.5, 0.6, -0.3, 0.2, -0.7, 0.5, -0.1];
  assert.equal(judgeGuards([still, worse, wild, null].map(guard), fixed), [
    'OK',
    'REGRESSED',
    'UNPROVEN',
    'UNPROVEN',
  ]);
});

test('a guard that got far worse in each of eight staged pairs is REGRESSED beside four others', () => {
  const still = [0.01, -0.01, 0.02, -0.02, 0.005, -0.004, 0.012, 0.003];
  const doubled = still.map((difference) => difference + Math.log(2));
  const guards = [doubled, still, still, still, still].map(
    (differences): Guard => ({ shift: analysePairs(differences), margin: 0.1, better: 'lower' }),
  );
  assert.equal(judgeGuards(guards, stagedDesign), ['REGRESSED', 'OK', 'OK', 'OK', 'OK']);
});

test('a guard whose interval does not exclude 1 is not REGRESSED, even where it is the only one', () => {
  const differences = [0.5, 0.6, 0.55, 0.4, 0.65, 0.45, -0.05, -0.1];
  const shift = analysePairs(differences);
  assert.ok(shift.findPAbove(0) <= 0.022 && shift.interval(0.978).low <= 0);
  assert.equal(judgeGuards([{ shift, margin: 0.1, better: 'lower' }], stagedDesign), ['UNPROVEN']);
});

test('the noise line tells the scatter of a round and what so many pairs can see', () => {
  const sd = 0.08;
  // A spread of ±1.2 standard deviations of a difference, by turns.
  const differences = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? 1 : -1) * sd * Math.SQRT2);
  const noise = describeNoise(differences, [1, -1, 1, -1, 1, -1], { confidence: 0.95, margin: 0.05 });
  assert.ok(Math.abs((noise?.sd_per_round ?? 0) - 0.089) < 0.003);
  assert.ok((noise?.smallest_detectable ?? 0) > 0.13 && (noise?.smallest_detectable ?? 1) < 0.18);
  assert.ok((noise?.pairs_for_margin ?? 0) > 48 && (noise?.pairs_for_margin ?? 999) < 70);
  assert.ok((noise?.lag_1 ?? 0) < -0.7);
  assert.is(describeNoise([0.1, Number.POSITIVE_INFINITY], [], { confidence: 0.95, margin: 0.05 }), null);
});

test('pairs of which no verdict could come are not said to see a difference of any size', () => {
  const plan = { confidence: 0.978, margin: 0.05 };
  const differences = [0.1, -0.1, 0.12, -0.08, 0.05, -0.11, 0.1, -0.1];
  assert.is(describeNoise(differences.slice(0, 6), [], plan), null);
  assert.is.not(describeNoise(differences.slice(0, 7), [], plan), null);
  // A difference of a few hundredths takes hundreds of pairs, never fewer than can exclude 1.
  const still = describeNoise(
    differences.map((difference) => difference / 100),
    [],
    plan,
  );
  assert.is(still?.pairs_for_margin, 7);
  assert.is(describeNoise([...differences, Number.POSITIVE_INFINITY], [], plan), null);
  assert.is(describeNoise(new Array(8).fill(0), [], plan), null);
});

test('the order of the arms is drawn for each pair by its seed, and both orders come', () => {
  const orders = Array.from({ length: 24 }, (_, index) => drawOrder(7, index + 1)[0]);
  assert.equal(
    orders,
    Array.from({ length: 24 }, (_, index) => drawOrder(7, index + 1)[0]),
  );
  assert.ok(orders.includes('before') && orders.includes('after'));
});

test.run();
