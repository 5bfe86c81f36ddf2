import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPatience } from '../patience.ts';

const test = suite('patience with workers');
const longMs = 10_000;
const shortMs = 9_999;

test('after a long life the next worker comes at once, and after a short one that follows it does not', () => {
  const choosePause = createPatience();
  assert.is(choosePause(longMs), 0);
  assert.is(choosePause(shortMs), 1_000);
});

test('ends in a row have pauses of 1, 2, 4 and at last 30 s, and a long life begins anew', () => {
  const choosePause = createPatience();
  const pausesMs = Array.from({ length: 8 }, () => choosePause(shortMs));
  assert.equal(pausesMs, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  assert.equal([longMs, shortMs, shortMs].map(choosePause), [0, 1_000, 2_000]);
});

test.run();
