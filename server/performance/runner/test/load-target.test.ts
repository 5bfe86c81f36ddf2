import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LoadOrder, splitScenario } from '../../../../bench/index.ts';
import { createMeasurement } from '../../../../bench/test/burst-fixture.ts';
import type { Progress, RunRecord } from '../../../../contract/run.ts';
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

test('runners share the bytes of a run as they share its load, whether that is told by requests or by users', async () => {
  const byRequests = { ...makeRun().workload, num_clients: 10, requests_per_client: 2, runner_tasks: 3 };
  assert.equal(await shareBytes(byRequests), [400, 300, 300]);
  const byTime = {
    ...byRequests,
    scenario: 'sustained-100',
    requests_per_client: null,
    duration_seconds: 10,
  } as const;
  assert.equal(await shareBytes(byTime), [400, 300, 300]);
});

/** Of 1000 bytes, what each of three runners may download. */
async function shareBytes(workload: RunRecord['workload']): Promise<(number | undefined)[]> {
  const run = { ...makeRun({ shards: 3, workload, status: 'running' }), byte_budget: 1_000 };
  const shares: (number | undefined)[] = [];
  const context = {
    ...stores,
    targetUrl: 'http://127.0.0.1:1',
    async measureLoad({ mostBytes }: LoadOrder) {
      shares.push(mostBytes);
      return createMeasurement([]);
    },
  } as unknown as RunnerContext;
  const { signal } = new AbortController();
  const plan = await planLoad(context, run, signal);
  for (const index of [0, 1, 2]) {
    const share = { index, of: 3 };
    const scenario = splitScenario(plan.scenario, share);
    const release = { share, startAtMs: 0 };
    await loadTarget(context, run, { shard: index, plan, scenario, release, heartbeat: {} as never }, signal);
  }
  return shares;
}

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
