import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseTicks, chooseTicksBetween } from '../page/charts/choose-ticks.ts';

const test = suite('choose ticks');

test('the last tick is never below the greatest value, and the steps are 1, 2 or 5 of a power of ten', () => {
  for (const greatest of [0.0003, 0.9, 1, 4.7, 9.99, 100, 101, 15_000, 123_456_789]) {
    const ticks = chooseTicks(greatest, 5);
    const [zero, step = 0] = ticks;
    assert.is(zero, 0);
    assert.ok((ticks.at(-1) ?? 0) >= greatest, `${greatest}: ${ticks}`);
    assert.ok((ticks.at(-2) ?? 0) < greatest, `${greatest}: ${ticks}`);
    assert.ok(ticks.length <= 6, `${greatest}: ${ticks}`);
    assert.match(step.toExponential(), /^[125]e/);
  }
});

test('counts are whole, also where there are few, and nothing at all has an axis to 1', () => {
  assert.equal(chooseTicks(10, 4, true), [0, 5, 10]);
  assert.equal(chooseTicks(2, 4, true), [0, 1, 2]);
  assert.equal(chooseTicks(0, 4, true), [0, 1]);
  assert.equal(chooseTicks(100, 3), [0, 50, 100]);
});

test('ticks between two values are round and within them, by ratio where the scale is', () => {
  assert.equal(chooseTicksBetween(2_960, 7_510, 5, false), [3_000, 4_000, 5_000, 6_000, 7_000]);
  assert.equal(chooseTicksBetween(0, 7_510, 8, false), [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  assert.equal(chooseTicksBetween(3, 250, 9, true), [5, 10, 20, 50, 100, 200]);
  assert.equal(chooseTicksBetween(3, 250, 3, true), [5, 20, 100]);
  assert.equal(chooseTicksBetween(8, 8, 4, false), [8]);
});

test.run();
