import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { joinSeries } from '../metrics/join-series.ts';
import { mergeMeasurements } from '../metrics/merge-measurements.ts';
import { createMeasurement, generateBurst } from './burst-fixture.ts';

const test = suite('merge measurements');

test('attempts are joined in the order of their ends, on one clock, with clients numbered through', () => {
  const parts = [0, 1, 2, 3, 4].map((shard) => {
    const attempts = generateBurst({ clients: 7, seed: shard + 1 }).toSorted(
      (one, other) => one.ended_ms - other.ended_ms,
    );
    const startedAtMs = 1_760_000_000_000 + shard * 11;
    return { shard, clients: 7, measurement: { ...createMeasurement(attempts), startedAtMs } };
  });
  const merged = mergeMeasurements(parts, { onOneMachine: true });
  const attempts = [...merged.attempts];
  assert.is(attempts.length, 35);
  assert.ok(
    attempts.every(({ ended_ms }, index) => index === 0 || ended_ms >= (attempts[index - 1]?.ended_ms ?? 0)),
  );
  assert.is(new Set(attempts.map(({ client }) => client)).size, 35);
  for (const { shard, measurement } of parts) {
    for (const own of measurement.attempts) {
      const found = attempts.find(({ client }) => client === own.client + 7 * shard);
      assert.is(found?.started_ms, own.started_ms + 11 * shard);
      assert.is(found?.ended_ms, own.ended_ms + 11 * shard);
      assert.is(found?.first_byte_ms, own.first_byte_ms === null ? null : own.first_byte_ms + 11 * shard);
    }
  }
});

test('of what limits the figures the worst runner speaks, and what is counted is added up', () => {
  const measurement = createMeasurement(generateBurst({ clients: 3 }));
  const busy = { ...measurement.generator, cpu_utilization: 0.95, timestamp_uncertainty_ms: 80 };
  const merged = mergeMeasurements(
    [
      {
        shard: 1,
        clients: 3,
        measurement: { ...measurement, droppedIterations: 2, stoppedBecause: 'it was slow' },
      },
      { shard: 0, clients: 3, measurement: { ...measurement, generator: busy, lateAnswers: null } },
    ],
    { onOneMachine: false },
  );
  assert.is(merged.generator.cpu_utilization, 0.95);
  assert.is(merged.generator.timestamp_uncertainty_ms, 80);
  assert.is(merged.generator.cpu_seconds, 2 * measurement.generator.cpu_seconds);
  assert.is(merged.droppedIterations, 2);
  assert.is(merged.lateAnswers, null);
  assert.is(merged.stoppedBecause, 'shard 1: it was slow');
});

test('on one machine the other runners are not others, and the machine is counted once', () => {
  const measurement = createMeasurement(generateBurst({ clients: 1 }));
  const generator = {
    ...measurement.generator,
    cpu_seconds: 2,
    machine_cpu_seconds: 20,
    others_cpu_seconds: 9,
  };
  const parts = [0, 1, 2].map((shard) => ({ shard, clients: 1, measurement: { ...measurement, generator } }));
  const together = mergeMeasurements(parts, { onOneMachine: true }).generator;
  assert.is(together.machine_cpu_seconds, 20);
  assert.is(together.others_cpu_seconds, 5);
  const apart = mergeMeasurements(parts, { onOneMachine: false }).generator;
  assert.is(apart.machine_cpu_seconds, 60);
  assert.is(apart.others_cpu_seconds, 27);
});

test('series of other intervals and other starts keep their sums to the last byte', () => {
  const joined = joinSeries([
    { intervalMs: 100, amounts: [1, 2, 3, 4, 5], offsetMs: 0 },
    { intervalMs: 200, amounts: [10, 20], offsetMs: 150.5 },
  ]);
  assert.equal(joined, { intervalMs: 200, amounts: [1 + 2 + 10, 3 + 4 + 20, 5] });
});

test.run();
