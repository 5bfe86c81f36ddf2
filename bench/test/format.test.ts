import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  chooseTimeUnit,
  formatBytes,
  formatCountOf,
  formatFigure,
  formatMiB,
  formatMiBPerSecond,
  formatMs,
  formatMsIn,
  formatPercent,
  joinWords,
} from '../report/format.ts';

const test = suite('format');

test('39,296,263.99 B/s reads 37.5 MiB/s', () => {
  assert.is(formatMiBPerSecond(39_296_263.99), '37.5 MiB/s');
});

test('times are milliseconds below a second and seconds from there on', () => {
  assert.is(formatMs(0), '0 ms');
  assert.is(formatMs(0.0421), '0.042 ms');
  assert.is(formatMs(8.4), '8.40 ms');
  assert.is(formatMs(12.44), '12.4 ms');
  assert.is(formatMs(930.2), '930 ms');
  assert.is(formatMs(1_000), '1.00 s');
  assert.is(formatMs(51_257.91), '51.26 s');
  assert.is(formatMs(300_930), '300.9 s');
  assert.is(formatMs(null), '–');
});

test('figures side by side take the unit of the largest, and still have three digits', () => {
  const unit = chooseTimeUnit(5_200);
  assert.is(formatMs(320, unit), '0.320 s');
  assert.equal(
    [0, 1.234, 12, 563.7, 999.96].map((ms) => formatMsIn(ms, unit)),
    ['0.00', '0.00123', '0.0120', '0.564', '1.00'],
  );
});

test('bytes are exact with separators, memory is in whole MiB', () => {
  assert.is(formatBytes(2_483_400_900), '2,483,400,900 B');
  assert.is(formatBytes(0), '0 B');
  assert.is(formatMiB(281_018_368), '268 MiB');
});

test('a share that is not all never reads 100 %, one that is not nothing never 0 %', () => {
  assert.is(formatPercent(100), '100 %');
  assert.is(formatPercent(99.99), '> 99.9 %');
  assert.is(formatPercent(98.64), '98.6 %');
  assert.is(formatPercent(0.02), '< 0.1 %');
  assert.is(formatPercent(-0.02), '0 %');
  assert.is(formatPercent(0), '0 %');
});

test('figures have about three digits', () => {
  assert.equal([12_345.6, 455.44, 19.23, 2.6, 0.21, 0.0123, 0].map(formatFigure), [
    '12,346',
    '455.4',
    '19.2',
    '2.60',
    '0.21',
    '0.012',
    '0',
  ]);
});

test('what is negative has a real minus, and as many digits as what is positive', () => {
  assert.equal(
    [-2.3, -0.0123, -167.2, -1_500, -300_930].map((ms) => formatMs(ms)),
    ['−2.30 ms', '−0.012 ms', '−167 ms', '−1.50 s', '−300.9 s'],
  );
  assert.equal([-2.6, -0.0123, -12_345.6].map(formatFigure), ['−2.60', '−0.012', '−12,346']);
});

test('one of a thing is no plural', () => {
  assert.equal(
    [0, 1, 1_234].map((count) => formatCountOf(count, 'round')),
    ['0 rounds', '1 round', '1,234 rounds'],
  );
});

test('words are joined as in a sentence', () => {
  assert.equal([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(joinWords), ['', 'a', 'a and b', 'a, b and c']);
});

test.run();
