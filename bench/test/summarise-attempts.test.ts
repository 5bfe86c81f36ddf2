import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt, Outcome } from '../../contract/ledger.ts';
import { metricsSchema } from '../../contract/run.ts';
import { listConnectTimesMs } from '../metrics/attempt-times.ts';
import { describeDistribution, nearestRank } from '../metrics/distribution.ts';
import { computeMeanOverMakespan, countOutcomes, summariseAttempts } from '../metrics/summarise-attempts.ts';
import { createRandom, generateBurst, generateTimeouts, target } from './burst-fixture.ts';

const test = suite('summarise attempts');

test('the median, p90, p95 and p99 of 1 to 100 are 50, 90, 95 and 99', () => {
  const distribution = describeDistribution(Array.from({ length: 100 }, (_, index) => 100 - index));
  assert.equal(distribution, {
    count: 100,
    mean_ms: 50.5,
    median_ms: 50,
    p90_ms: 90,
    p95_ms: 95,
    p99_ms: 99,
    min_ms: 1,
    max_ms: 100,
  });
});

test('a percentile with a fraction is not one rank too high where its product is a rounding error above a whole one', () => {
  const ranks = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  assert.is(nearestRank(ranks(3_000), 1.1), 33);
  assert.is(nearestRank(ranks(41_000), 99.9), 40_959);
  assert.is(nearestRank(ranks(41_001), 99.9), 40_960);
});

test('a percentile is the least sample that enough samples do not exceed, for any number of samples', () => {
  const random = createRandom(3);
  for (let count = 1; count <= 250; count += 1) {
    const sorted = Array.from({ length: count }, () => Math.floor(random() * 50)).sort((a, b) => a - b);
    for (const percentile of [50, 90, 95, 99]) {
      const found = nearestRank(sorted, percentile);
      const naive = sorted.find(
        (candidate) => sorted.filter((sample) => sample <= candidate).length * 100 >= percentile * count,
      );
      assert.is(found, naive, `p${percentile} of ${count}`);
    }
  }
});

test('a distribution without a sample has nulls and the count 0', () => {
  const { count, ...rest } = describeDistribution([]);
  assert.is(count, 0);
  assert.ok(Object.values(rest).every((value) => value === null));
});

test('a burst in which all succeed has the required figures', () => {
  const attempts = generateBurst();
  const metrics = metricsSchema.parse(summariseAttempts(attempts));
  const start = Math.min(...attempts.map((attempt) => attempt.started_ms));
  const end = Math.max(...attempts.map((attempt) => attempt.ended_ms));
  assert.is(metrics.total_requests, 100);
  assert.is(metrics.total_bytes, 2_483_400_900);
  assert.is(metrics.success_rate, 100);
  assert.is(metrics.error_rate, 0);
  assert.is(metrics.duration_seconds, (end - start) / 1_000);
  assert.is(metrics.throughput.bytes_per_second, 2_483_400_900 / metrics.duration_seconds);
  assert.is(metrics.throughput.requests_per_second, 100 / metrics.duration_seconds);
  assert.is(metrics.latency.count, 100);
  assert.is(metrics.latency.censored, 0);
  assert.is(metrics.first_byte.count, 100);
});

test('a burst of 100 timeouts at 300 s, is 0 %, 0 B/s and a mean of about the deadline', () => {
  const metrics = metricsSchema.parse(summariseAttempts(generateTimeouts()));
  assert.is(metrics.success_rate, 0);
  assert.is(metrics.error_rate, 100);
  assert.is(metrics.throughput.bytes_per_second, 0);
  assert.is(metrics.throughput.requests_per_second, 0);
  assert.is(metrics.total_bytes, 0);
  assert.is(metrics.latency.censored, 100);
  const mean = metrics.latency.mean_ms ?? 0;
  assert.ok(mean >= 300_000 && mean < 300_100);
  assert.equal(metrics.first_byte, describeDistribution([]));
});

test('without any attempt nothing succeeded and nothing is timed', () => {
  const metrics = metricsSchema.parse(summariseAttempts([]));
  assert.is(metrics.success_rate, 0);
  assert.is(metrics.error_rate, 100);
  assert.is(metrics.duration_seconds, 0);
  assert.is(metrics.throughput.bytes_per_second, 0);
  assert.is(metrics.latency.mean_ms, null);
  assert.is(computeMeanOverMakespan(metrics), null);
});

test('failures other than timeouts have no latency and no bytes, but lengthen the run', () => {
  const [first, second] = generateBurst({ clients: 2 });
  if (first === undefined || second === undefined) throw new Error('no fixture');
  const broken: Attempt = { ...second, outcome: 'aborted', ended_ms: 20_000, body_bytes: 5_000 };
  const metrics = summariseAttempts([first, broken]);
  assert.is(metrics.latency.count, 1);
  assert.is(metrics.latency.max_ms, first.ended_ms - first.started_ms);
  assert.is(metrics.total_bytes, target.size_bytes);
  assert.is(metrics.first_byte.count, 1);
  assert.is(metrics.duration_seconds, (20_000 - first.started_ms) / 1_000);
  assert.is(metrics.success_rate, 50);
});

test('whatever the outcomes, rates, bytes and counts agree with counting by hand', () => {
  const kinds: readonly Outcome[] = ['ok', 'timeout', 'aborted', 'wrong_length', 'wrong_digest', 'interrupted'];
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = createRandom(seed);
    const attempts = generateBurst({ clients: 1 + Math.floor(random() * 60), seed }).map((attempt) => ({
      ...attempt,
      outcome: kinds[Math.floor(random() * kinds.length)] ?? 'ok',
    }));
    const metrics = summariseAttempts(attempts);
    let ok = 0;
    let timeouts = 0;
    let latencySum = 0;
    for (const { outcome, started_ms, ended_ms } of attempts) {
      if (outcome === 'ok') ok += 1;
      if (outcome === 'timeout') timeouts += 1;
      if (outcome === 'ok' || outcome === 'timeout') latencySum += ended_ms - started_ms;
    }
    assert.is(metrics.total_bytes, ok * target.size_bytes);
    assert.is(metrics.latency.count, ok + timeouts);
    assert.is(metrics.latency.censored, timeouts);
    assert.ok(Math.abs((metrics.latency.mean_ms ?? 0) * (ok + timeouts) - latencySum) < 1e-6);
    assert.ok(Math.abs(metrics.success_rate + metrics.error_rate - 100) < 1e-9);
    assert.is(
      Object.values(countOutcomes(attempts)).reduce((sum, count) => sum + count, 0),
      attempts.length,
    );
  }
});

test('a throttled request is neither a success nor an error', () => {
  const attempts = generateBurst({ clients: 10 }).map((attempt, index): Attempt => {
    if (index < 5) return { ...attempt, outcome: 'throttled' };
    return index === 5 ? { ...attempt, outcome: 'aborted' } : attempt;
  });
  const metrics = summariseAttempts(attempts);
  assert.is(metrics.success_rate, 40);
  assert.is(metrics.error_rate, 10);
  assert.is(metrics.latency.count, 4);
});

test('a log that can only be walked through gives the same figures as an array', () => {
  const attempts = generateBurst();
  const log = {
    *[Symbol.iterator]() {
      yield* attempts;
    },
  };
  assert.equal(summariseAttempts(log), summariseAttempts(attempts));
});

test('a single request of no duration has no throughput instead of an infinite one', () => {
  const [attempt] = generateBurst({ clients: 1 });
  if (attempt === undefined) throw new Error('no fixture');
  const metrics = summariseAttempts([{ ...attempt, ended_ms: attempt.started_ms }]);
  assert.is(metrics.throughput.bytes_per_second, 0);
  assert.is(metrics.success_rate, 100);
});

test('a reused connection is no connect time', () => {
  const attempts = generateBurst({ clients: 4 }).map((attempt, index) => ({
    ...attempt,
    connected_ms: index < 3 ? null : attempt.started_ms + 9,
  }));
  assert.is([...listConnectTimesMs(attempts)].length, 1);
});

test('mean over makespan is 1 when all end together and about 0.5 when served one after the other', () => {
  const together = generateBurst().map((attempt) => ({ ...attempt, started_ms: 0, ended_ms: 1_000 }));
  const serial = together.map((attempt, index) => ({ ...attempt, ended_ms: 10 * (index + 1) }));
  assert.is(computeMeanOverMakespan(summariseAttempts(together)), 1);
  assert.is(computeMeanOverMakespan(summariseAttempts(serial)), 0.505);
});

test.run();
