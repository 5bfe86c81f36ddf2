import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadOrder } from '../../../../bench/index.ts';
import { createMeasurement } from '../../../../bench/test/burst-fixture.ts';
import type { Progress } from '../../../../contract/run.ts';
import { makeRun, makeShard } from '../../test/support/make-run.ts';
import { startStores, type TestStores } from '../../test/support/start-stores.ts';
import { loadTarget } from '../load-target.ts';
import { planLoad } from '../plan-load.ts';
import type { RunnerContext } from '../runner-context.ts';

const test = suite('load target');
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after(() => stores?.close());

test('the first share tells the progress of every runner once, also when the first shard is absent', async () => {
  const workload = { ...makeRun().workload, num_clients: 60, runner_tasks: 4 };
  const run = makeRun({ shards: 4, workload, status: 'running' });
  await stores.runs.createRun(run);
  for (const shard of [1, 2, 3]) {
    await stores.runs.writeShard(run.run_id, makeShard({ shard, progress: describeProgress(shard) }));
  }
  const context = {
    ...stores,
    targetUrl: 'http://127.0.0.1:1',
    async measureLoad({ onProgress }: LoadOrder) {
      onProgress?.(describeProgress(5));
      while ((await stores.runs.readProgress(run.run_id)) === null) await new Promise(setImmediate);
      return createMeasurement([]);
    },
  } as unknown as RunnerContext;
  const { signal } = new AbortController();
  const plan = await planLoad(context, run, signal);
  const release = { share: { index: 0, of: 3 }, startAtMs: 0 };
  const heartbeat = { note: () => {} } as never;
  await loadTarget(context, run, { shard: 1, plan, scenario: plan.scenario, release, heartbeat }, signal);
  const { total_requests, done, throttled, dropped, in_flight } =
    (await stores.runs.readProgress(run.run_id)) ?? {};
  assert.equal([total_requests, done, throttled, dropped, in_flight], [60, 10, 10, 10, 10]);
});

/** Of one runner, whose every count is the same. */
function describeProgress(count: number): Progress {
  return {
    elapsed_seconds: 1,
    total_requests: 20,
    done: count,
    failed: count,
    throttled: count,
    dropped: count,
    in_flight: count,
    received_bytes: count,
    bytes_per_second: count,
  };
}

test.run();
