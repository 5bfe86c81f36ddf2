import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { chooseNiceStep } from '../metrics/nice-step.ts';
import { buildTimeSeries } from '../metrics/time-series.ts';
import { generateBurst, generateTimeouts, receiveEvenly } from './burst-fixture.ts';

const test = suite('time series');
const nothing = { interval_ms: 100, bytes: [] };

test('the bytes of all points together are the bytes received', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const attempts = generateBurst({ clients: seed * 7, seed, makespanMs: 40 * seed ** 2 });
    const bytes = buildTimeSeries(attempts, receiveEvenly(attempts)).reduce(
      (sum, point) => sum + (point.bytesPerSecond * (point.endMs - point.startMs)) / 1_000,
      0,
    );
    assert.ok(
      isClose(
        bytes,
        sum(attempts, (attempt) => attempt.body_bytes),
      ),
      `seed ${seed}: ${bytes}`,
    );
  }
});

test('requests in flight over time add up to the latencies', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const attempts = generateBurst({ clients: seed * 7, seed, makespanMs: 40 * seed ** 2 });
    const busyMs = buildTimeSeries(attempts, receiveEvenly(attempts)).reduce(
      (sum, point) => sum + point.inFlight * (point.endMs - point.startMs),
      0,
    );
    assert.ok(
      isClose(
        busyMs,
        sum(attempts, ({ started_ms, ended_ms }) => ended_ms - started_ms),
      ),
    );
  }
});

test('points follow one another without a gap, from the first start to the last end', () => {
  const attempts = generateBurst();
  const points = buildTimeSeries(attempts, receiveEvenly(attempts));
  const start = Math.min(...attempts.map(({ started_ms }) => started_ms));
  const end = Math.max(...attempts.map(({ ended_ms }) => ended_ms));
  assert.is(points[0]?.startMs, 0);
  assert.ok(isClose(points.at(-1)?.endMs ?? 0, end - start));
  points.slice(1).forEach((point, index) => {
    assert.is(point.startMs, points[index]?.endMs);
  });
});

test('a run of five seconds has points of 100 ms, one of five minutes of 5 s', () => {
  assert.is(buildTimeSeries(generateBurst(), nothing)[0]?.endMs, 100);
  assert.is(buildTimeSeries(generateTimeouts(), nothing)[0]?.endMs, 5_000);
});

test('bytes lie in the points of the interval in which they were counted, shared evenly by finer points', () => {
  const received = { interval_ms: 100, bytes: [0, 0, 0, 0, 0, 1_000, 0, 0, 0, 0] };
  const points = buildTimeSeries([at({ ended_ms: 1_000 })], received);
  assert.is(points.length, 100);
  points.forEach((point, index) => {
    assert.ok(isClose(point.bytesPerSecond, index >= 50 && index < 60 ? 10_000 : 0), String(index));
  });
});

test('no attempt, or none that lasted, gives no point', () => {
  assert.equal(buildTimeSeries([], nothing), []);
  assert.equal(buildTimeSeries([at({ ended_ms: 0, first_byte_ms: 0 })], nothing), []);
});

test('a nice step is 1, 2 or 5 times a power of ten, and the least one that is enough', () => {
  for (const [least, step] of [
    [1, 1],
    [1.01, 2],
    [2.5, 5],
    [52, 100],
    [0.03, 0.05],
    [0.2, 0.2],
    [6_000, 10_000],
  ] as const) {
    assert.is(chooseNiceStep(least), step);
  }
});

test('starts are counted as many as there were, however short the intervals', () => {
  const attempts = generateBurst();
  const points = buildTimeSeries(attempts, receiveEvenly(attempts));
  assert.is(Math.max(...points.map(({ starts }) => starts)), 100);
  const ended = points.reduce(
    (sum, { startMs, endMs, successesPerSecond }) => sum + (successesPerSecond * (endMs - startMs)) / 1_000,
    0,
  );
  assert.ok(Math.abs(ended - 100) < 1e-6);
});

test.run();

function at(changes: Partial<Attempt>): Attempt {
  const [attempt] = generateBurst({ clients: 1 });
  if (attempt === undefined) throw new Error('no fixture');
  return { ...attempt, started_ms: 0, connected_ms: null, ...changes };
}

function sum(attempts: readonly Attempt[], read: (attempt: Attempt) => number): number {
  return attempts.reduce((total, attempt) => total + read(attempt), 0);
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
