import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nearestRank } from '../metrics/distribution.ts';
import {
  buildLatencyHistogram,
  decodeLatencyHistogram,
  encodeLatencyHistogram,
  mergeLatencyHistograms,
} from '../metrics/latency-histogram.ts';
import { longestSeconds } from '../scenario/parse-duration.ts';
import { createRandom } from './burst-fixture.ts';

const test = suite('latency histogram');

test('percentiles are within a thousandth of the nearest rank of the samples', () => {
  const samples = sample(5_000, 11);
  const sorted = samples.toSorted((a, b) => a - b);
  const histogram = buildLatencyHistogram(samples);
  for (const percentile of [1, 50, 90, 95, 99, 100]) {
    const exact = nearestRank(sorted, percentile) ?? 0;
    const approximate = histogram.getValueAtPercentile(percentile) / 1_000;
    assert.ok(
      Math.abs(approximate - exact) <= exact / 1_000 + 0.001,
      `p${percentile}: ${approximate}, ${exact}`,
    );
  }
});

test('an encoded histogram comes back with every count', () => {
  const histogram = buildLatencyHistogram([0.5, 12.25, 300_930, 300_930]);
  const decoded = decodeLatencyHistogram(encodeLatencyHistogram(histogram));
  assert.is(decoded.totalCount, 4);
  assert.ok(Math.abs(decoded.maxValue - histogram.maxValue) <= histogram.maxValue / 1_000);
  assert.is(encodeLatencyHistogram(decoded), encodeLatencyHistogram(histogram));
});

test('merging parts gives the histogram of all samples', () => {
  const parts = [sample(100, 1), sample(50, 2), []];
  const merged = mergeLatencyHistograms(parts.map((part) => buildLatencyHistogram(part)));
  assert.is(encodeLatencyHistogram(merged), encodeLatencyHistogram(buildLatencyHistogram(parts.flat())));
});

test('merging leaves the parts as they were', () => {
  const part = buildLatencyHistogram([1, 2]);
  mergeLatencyHistograms([part, part]);
  assert.is(part.totalCount, 2);
});

test('an empty histogram can be encoded and merged', () => {
  const empty = decodeLatencyHistogram(encodeLatencyHistogram(mergeLatencyHistograms([])));
  assert.is(empty.totalCount, 0);
});

test('the longest deadline, of a day, is kept, and what is beyond two days counts as two days', () => {
  const dayMs = longestSeconds * 1_000;
  const histogram = decodeLatencyHistogram(encodeLatencyHistogram(buildLatencyHistogram([dayMs, 5 * dayMs])));
  assert.is(histogram.totalCount, 2);
  for (const [percentile, days] of [
    [50, 1],
    [100, 2],
  ] as const) {
    assert.ok(Math.abs(histogram.getValueAtPercentile(percentile) / 1_000 / dayMs - days) < days / 1_000);
  }
});

test('a text that is no histogram is refused with the cause', () => {
  for (const text of ['', 'AAAA', 'no base64!']) {
    assert.throws(
      () => decodeLatencyHistogram(text),
      (error: Error) => /histogram is damaged/.test(error.message) && error.cause !== undefined,
    );
  }
});

test.run();

function sample(count: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => 1 + 60_000 * random() ** 3);
}
