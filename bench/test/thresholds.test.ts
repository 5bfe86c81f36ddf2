import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { summariseAttempts } from '../metrics/summarise-attempts.ts';
import { evaluateThresholds } from '../thresholds/evaluate-thresholds.ts';
import { parseThreshold } from '../thresholds/parse-threshold.ts';
import { generateBurst } from './burst-fixture.ts';

const test = suite('thresholds');
const metrics = summariseAttempts(generateBurst());

test('an expression is read with or without spaces, as k6 writes the statistics', () => {
  assert.equal(parseThreshold('p(99) < 300000'), { metric: 'p(99)', comparison: '<', limit: 300_000 });
  assert.equal(parseThreshold('p( 95 )<=1.5'), { metric: 'p(95)', comparison: '<=', limit: 1.5 });
  assert.equal(parseThreshold(' success_rate==100 '), { metric: 'success_rate', comparison: '==', limit: 100 });
  assert.equal(parseThreshold('bytes_per_second >= 1e6'), {
    metric: 'bytes_per_second',
    comparison: '>=',
    limit: 1_000_000,
  });
});

for (const expression of [
  '',
  'success_rate',
  'speed > 1',
  'p(98) < 1',
  'p99 < 1',
  'avg => 1',
  'avg = 1',
  'avg < ',
  'avg < 5 s',
  'avg < 0x10',
  'avg < NaN',
  'avg < Infinity',
  'avg < 1 && med < 2',
]) {
  test(`"${expression}" is refused with what is allowed`, () => {
    assert.throws(
      () => evaluateThresholds([expression], metrics),
      (error: Error) =>
        error.message.includes(`"${expression}"`) && /success_rate.*p\(99\).*<=/.test(error.message),
    );
  });
}

test('every comparison decides at the limit itself', () => {
  const passed = (comparison: string) =>
    evaluateThresholds([`success_rate ${comparison} 100`], metrics)[0]?.passed;
  assert.equal(['<', '<=', '>', '>=', '==', '!='].map(passed), [false, true, false, true, true, false]);
});

test('every metric is held against its own figure', () => {
  const { latency, throughput } = metrics;
  const expected = {
    success_rate: 100,
    error_rate: 0,
    requests_per_second: throughput.requests_per_second,
    bytes_per_second: throughput.bytes_per_second,
    avg: latency.mean_ms,
    med: latency.median_ms,
    min: latency.min_ms,
    max: latency.max_ms,
    'p(90)': latency.p90_ms,
    'p(95)': latency.p95_ms,
    'p(99)': latency.p99_ms,
  };
  for (const [metric, value] of Object.entries(expected)) {
    assert.equal(evaluateThresholds([`${metric} >= 0`], metrics), [
      { expression: `${metric} >= 0`, value, passed: true },
    ]);
  }
});

test('without a sample nothing is passed and there is no value', () => {
  const expressions = ['success_rate == 0', 'error_rate >= 0', 'p(99) < 1e9', 'bytes_per_second >= 0'];
  assert.equal(
    evaluateThresholds(expressions, summariseAttempts([])),
    expressions.map((expression) => ({ expression, value: null, passed: false })),
  );
});

test('a latency without a sample is not passed although requests were sent', () => {
  const failed = generateBurst().map((attempt) => ({ ...attempt, outcome: 'aborted' as const }));
  assert.equal(evaluateThresholds(['max < 1e9', 'success_rate == 0'], summariseAttempts(failed)), [
    { expression: 'max < 1e9', value: null, passed: false },
    { expression: 'success_rate == 0', value: 0, passed: true },
  ]);
});

test.run();
