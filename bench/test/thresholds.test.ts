import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { LiveMetrics } from '../metrics/live-metrics.ts';
import { summariseAttempts } from '../metrics/summarise-attempts.ts';
import { evaluateThresholds } from '../thresholds/evaluate-thresholds.ts';
import { findAbortReason } from '../thresholds/find-abort-reason.ts';
import type { MetricReadings } from '../thresholds/metric-readings.ts';
import { findThresholdFaults, parseThreshold, parseThresholds } from '../thresholds/parse-threshold.ts';
import { readFinalMetrics } from '../thresholds/read-final-metrics.ts';
import { readLiveMetrics } from '../thresholds/read-live-metrics.ts';
import { createMeasurement, generateBurst } from './burst-fixture.ts';

const test = suite('thresholds');
const burst = generateBurst();
const metrics = summariseAttempts(burst);
const readings = read(burst);

test('an expression is read with or without spaces, as k6 writes it, for a metric of its own', () => {
  assert.equal(parseThreshold({ metric: 'http_req_duration', expression: 'p( 99.9 )<=1.5' }), {
    metric: 'http_req_duration',
    statistic: { name: 'p', percentile: 99.9 },
    comparison: '<=',
    limit: 1.5,
  });
  assert.equal(parseThreshold({ metric: 'goodput', expression: ' rate >= 1e6 ' }), {
    metric: 'goodput',
    statistic: { name: 'rate' },
    comparison: '>=',
    limit: 1_000_000,
  });
});

test('numbers without a leading digit or with a plus, and === for ==, are read as k6 reads them', () => {
  for (const [number, limit] of [
    ['.01', 0.01],
    ['+5', 5],
    ['-.5', -0.5],
    ['5.', 5],
    ['+1.5E3', 1_500],
  ] as const) {
    assert.is(parseThreshold({ metric: 'http_req_failed', expression: `rate<${number}` }).limit, limit);
  }
  assert.is(parseThreshold({ metric: 'checks', expression: 'rate===1' }).comparison, '==');
});

test('in a list, the expression names the metric; a latency statistic alone is about http_req_duration', () => {
  assert.equal(parseThreshold({ metric: 'success_rate', expression: 'success_rate == 100' }), {
    metric: 'success_rate',
    statistic: { name: 'value' },
    comparison: '==',
    limit: 100,
  });
  assert.is(parseThreshold({ metric: 'p', expression: 'p(99) < 300000' }).metric, 'http_req_duration');
  assert.is(parseThreshold({ metric: 'avg', expression: 'avg<5' }).metric, 'http_req_duration');
});

for (const [metric, expression, allowed] of [
  ['', '', 'a comparison and a number'],
  ['success_rate', 'success_rate', 'a comparison and a number'],
  ['speed', 'speed > 1', 'no metric here'],
  ['speed', 'avg > 1', 'no metric here'],
  ['http_req_duration', 'p99 < 1', 'a comparison and a number'],
  ['http_req_duration', 'p(101) < 1', 'avg, min, med, max, p(N) with N from 0 to 100'],
  ['http_req_duration', 'rate < 1', 'avg, min, med, max, p(N)'],
  ['http_req_duration', 'http_req_duration < 1', 'avg, min, med, max, p(N)'],
  ['http_req_failed', 'p(95) < 1', 'for http_req_failed: rate'],
  ['dropped_iterations', 'value == 0', 'for dropped_iterations: count, rate'],
  ['toString', 'value == 0', 'no metric here'],
  ['avg', 'avg => 1', '< <= > >= == !='],
  ['avg', 'avg = 1', '< <= > >= == !='],
  ['avg', 'avg !== 1', '< <= > >= == !='],
  ['avg', 'avg < .', 'a number instead of "."'],
  ['avg', 'avg < +-5', 'a number instead of "+-5"'],
  ['avg', 'avg < 5s', 'a number instead of "5s"'],
  ['avg', 'avg < 0x10', 'a number'],
  ['avg', 'avg < Infinity', 'a number'],
  ['avg', 'avg < 1 && med < 2', 'a comparison and a number'],
  [
    'http_req_duration{name:x}',
    'p(95) < 1',
    'allowed: http_req_duration without "{name:x}": there are no tag selectors',
  ],
  ['checks', 'checks{a:b} == 1', 'checks without "{a:b}"'],
] as const) {
  test(`"${expression}" of "${metric}" is refused, naming it and what is allowed`, () => {
    assert.throws(
      () => parseThreshold({ metric, expression }),
      (error: Error) => error.message.includes(`"${expression}"`) && error.message.includes(allowed),
    );
  });
}

test('all faulty thresholds are told together', () => {
  assert.throws(
    () =>
      parseThresholds([
        { metric: 'http_reqs', expression: 'avg > 1' },
        { metric: 'checks', expression: 'rate > 0.9' },
        { metric: 'speed', expression: 'count > 2' },
      ]),
    /"avg > 1" of http_reqs.*\nthe threshold "count > 2" is about speed, no metric here\nthe metrics are http_req_duration, /,
  );
});

test('an unknown metric is told with the one that is nearly its name, or that stands for it', () => {
  const [near, foreign, list, ...none] = findThresholdFaults([
    { metric: 'http_req_fialed', expression: 'rate < 0.1' },
    { metric: 'iteration_duration', expression: 'p(95) < 1' },
  ]);
  assert.match(near ?? '', 'is about http_req_fialed, no metric here; did you mean "http_req_failed"?');
  assert.match(foreign ?? '', 'is about iteration_duration, no metric here: an iteration is one request; use');
  assert.match(list ?? '', /^the metrics are /);
  assert.equal(none, []);
});

test('every comparison decides at the limit itself', () => {
  const passed = (comparison: string) =>
    evaluate('success_rate', `success_rate ${comparison} 100`, readings)[0]?.passed;
  assert.equal(['<', '<=', '>', '>=', '==', '!='].map(passed), [false, true, false, true, true, false]);
});

test('at the end every metric is held against its own exact figure', () => {
  const { latency, first_byte, throughput, duration_seconds } = metrics;
  const expected = [
    ['success_rate', 'value', 100],
    ['error_rate', 'value', 0],
    ['requests_per_second', 'value', throughput.requests_per_second],
    ['bytes_per_second', 'value', throughput.bytes_per_second],
    ['http_req_duration', 'avg', latency.mean_ms],
    ['http_req_duration', 'med', latency.median_ms],
    ['http_req_duration', 'min', latency.min_ms],
    ['http_req_duration', 'max', latency.max_ms],
    ['http_req_duration', 'p(99)', latency.p99_ms],
    ['response_time', 'p(95)', latency.p95_ms],
    ['http_req_waiting', 'p(90)', first_byte.p90_ms],
    ['http_req_failed', 'rate', 0],
    ['http_reqs', 'count', 100],
    ['http_reqs', 'rate', 100 / duration_seconds],
    ['iterations', 'count', 100],
    ['dropped_iterations', 'count', 7],
    ['data_received', 'count', metrics.total_bytes + 100 * 170],
    ['goodput', 'rate', metrics.total_bytes / duration_seconds],
    ['throttled', 'count', 0],
    ['checks', 'rate', 0.75],
  ] as const;
  for (const [metric, statistic, value] of expected) {
    const expression = `${statistic} >= 0`;
    assert.equal(evaluate(metric, expression, readings), [{ metric, expression, value, passed: true }]);
  }
});

test('without a sample nothing is passed and there is no value', () => {
  for (const [metric, expression] of [
    ['success_rate', 'value == 0'],
    ['http_req_duration', 'p(99) < 1e9'],
    ['dropped_iterations', 'count == 0'],
  ] as const) {
    assert.equal(evaluate(metric, expression, read([])), [{ metric, expression, value: null, passed: false }]);
  }
});

test('a latency without a sample is not passed although requests were sent', () => {
  const failed = burst.map((attempt): Attempt => ({ ...attempt, outcome: 'aborted' }));
  assert.is(evaluate('max', 'max < 1e9', read(failed))[0]?.value, null);
  assert.is(evaluate('http_req_failed', 'rate == 1', read(failed))[0]?.passed, true);
});

test('live figures agree with the final ones: counts exactly, latencies to a thousandth', () => {
  const live = readLiveMetrics(recordAll(burst), metrics.duration_seconds);
  for (const statistic of ['avg', 'min', 'med', 'max', 'p(95)', 'p(99)']) {
    const [exact] = evaluate('http_req_duration', `${statistic} > 0`, readings);
    const [running] = evaluate('http_req_duration', `${statistic} > 0`, live);
    assert.ok(Math.abs((running?.value ?? 0) / (exact?.value ?? 1) - 1) < 2e-3, statistic);
  }
  for (const [metric, statistic] of [
    ['goodput', 'rate'],
    ['http_reqs', 'count'],
    ['success_rate', 'value'],
    ['data_received', 'count'],
  ] as const) {
    const expression = `${statistic} >= 0`;
    assert.equal(evaluate(metric, expression, live), evaluate(metric, expression, readings));
  }
});

test('only a crossed threshold with abortOnFail aborts, and only after its delay', () => {
  const live = readLiveMetrics(recordAll(burst), 2);
  const threshold = { metric: 'http_req_duration', expression: 'max < 1', delayAbortEvalSeconds: 10 };
  const reason = (abortOnFail: boolean, elapsedSeconds: number) =>
    findAbortReason([{ ...threshold, abortOnFail }], live, elapsedSeconds);
  assert.is(reason(false, 20), null);
  assert.is(reason(true, 9), null);
  assert.match(
    reason(true, 10) ?? '',
    /"max < 1" of http_req_duration was crossed: it was 5200 ms after 10\.0 s/,
  );
  assert.is(
    findAbortReason([{ ...threshold, abortOnFail: true }], readLiveMetrics(new LiveMetrics(), 20), 20),
    null,
  );
});

test('a latency that the three digits of a histogram do not tell from its limit aborts nothing', () => {
  const find = (expression: string, latencyMs: number) => {
    const attempts = burst.map((attempt): Attempt => ({ ...attempt, started_ms: 0, ended_ms: latencyMs }));
    const threshold = { metric: 'http_req_duration', expression, abortOnFail: true, delayAbortEvalSeconds: 0 };
    return findAbortReason([threshold], readLiveMetrics(recordAll(attempts), 3), 3);
  };
  for (const expression of ['p(99) < 300', 'med <= 299.9', 'avg < 300', 'avg >= 299.9', 'max < 300']) {
    assert.is(find(expression, 299.9), null, expression);
  }
  assert.match(find('p(99) < 300', 301) ?? '', 'was crossed');
  assert.match(find('avg >= 299.9', 299) ?? '', 'was crossed');
});

test('the reason of an abort has three digits with the unit, more where three would not cross the limit', () => {
  const value = (metric: string, expression: string, changes: Partial<MetricReadings>) => {
    const threshold = { metric, expression, abortOnFail: true, delayAbortEvalSeconds: 0 };
    return findAbortReason([threshold], { ...readings, ...changes }, 3)?.match(/it was (.*) after/)?.[1];
  };
  const rate = { http_req_failed: { hits: 1, total: 3 } };
  assert.is(value('http_req_failed', 'rate<.01', rate), '0.333');
  assert.is(value('success_rate', 'success_rate == 100', { success_rate: { value: 62.499 } }), '62.5 %');
  assert.is(value('success_rate', 'success_rate == 100', { success_rate: { value: 99.98 } }), '99.98 %');
  assert.is(value('goodput', 'rate > 100', { goodput: { count: 10.5, seconds: 2 } }), '5.25 B/s');
  assert.is(value('http_reqs', 'rate > 100', { http_reqs: { count: 9, seconds: 2 } }), '4.5 /s');
});

test.run();

function read(attempts: readonly Attempt[]) {
  const measurement = createMeasurement(attempts, {
    droppedIterations: 7,
    checks: [{ name: 'etag', passes: 3, fails: 1 }],
  });
  return readFinalMetrics(measurement, summariseAttempts(attempts));
}

function evaluate(metric: string, expression: string, from: Parameters<typeof evaluateThresholds>[1]) {
  return evaluateThresholds([{ metric, expression }], from);
}

function recordAll(attempts: readonly Attempt[]): LiveMetrics {
  const live = new LiveMetrics();
  for (const attempt of attempts) live.record(attempt);
  return live;
}
