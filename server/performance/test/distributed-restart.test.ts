import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeRun, secondsFromNow } from './support/make-run.ts';
import { type DistributedFixture, openDistributed } from './support/open-distributed.ts';
import { trigger } from './support/service-client.ts';
import type { TestService } from './support/start-test-service.ts';

/**
 * The service that is restarted takes the trigger and looks after the run; another one, which stays, is loaded. A new one
 * knows nothing but what is in the stores.
 */
const test = suite('distributed restart');
let at: DistributedFixture;

test.before(async () => {
  at = await openDistributed();
});

test.after.each(() => at.reset());
test.after(() => at?.close());

test('before the launch: the next service launches the run that was accepted', async () => {
  const target = await at.serve({ isSupervised: false });
  const workload = { ...makeRun().workload, num_clients: 8, runner_tasks: 4 };
  const run = makeRun({ shards: 4, workload, started_at: secondsFromNow(-16) });
  await at.stores.runs.takeLock(run.run_id, secondsFromNow(10));
  await at.stores.runs.createRun(run);
  await at.stores.runs.confirmLock(run.run_id);
  await at.serve({ targetUrl: target.url });
  await assertOnce(run.run_id);
});

test('at the barrier: the runners meet without it, and the next service finds the run', async () => {
  const { front, restart } = await pair('calibration');
  const { run_id } = await trigger(front.url, { num_clients: 8, runner_tasks: 4 });
  await restart();
  await assertOnce(run_id);
});

test('in mid load: nothing is lost', async () => {
  const { front, restart } = await pair('loading');
  const { run_id } = await trigger(front.url, { num_clients: 8, runner_tasks: 4 });
  await restart();
  await assertOnce(run_id);
});

test('while the parts are merged: the report is made once', async () => {
  const { front, restart } = await pair('report');
  const { run_id } = await trigger(front.url, { num_clients: 8, runner_tasks: 4 });
  await restart();
  await assertOnce(run_id);
});

test('after the end, before the place is freed: the run is counted once and the next one can begin', async () => {
  const { front, restart } = await pair('nowhere');
  const before = await at.stores.runs.readTotals();
  const { run_id } = await trigger(front.url, { num_clients: 8, runner_tasks: 4 });
  await at.assertWhole(run_id, 8);
  await at.stores.runs.takeLock(run_id, secondsFromNow(10));
  await at.stores.runs.confirmLock(run_id);
  const next = await restart();
  const second = await trigger(next.url, { num_clients: 8, runner_tasks: 4 });
  await assertOnce(second.run_id);
  assert.is((await at.stores.runs.readTotals()).completed, before.completed + 2);
});

/** A front service whose first runner waits at a point until the front has been restarted. */
async function pair(point: string) {
  const target = await at.serve({ isSupervised: false });
  const { file, env } = at.describeHold(point);
  const front = await at.serve({ targetUrl: target.url, runnerEnvironment: env });
  return {
    front,
    async restart(): Promise<TestService> {
      while (point !== 'nowhere' && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
      await at.stop(front);
      const next = await at.serve({ targetUrl: target.url });
      await at.letGo(file);
      return next;
    },
  };
}

/** Whole, the only report of it, and no place taken. */
async function assertOnce(runId: string): Promise<void> {
  await at.assertWhole(runId, 8);
  for (let attempt = 0; (await at.stores.runs.readLock()) !== null; attempt += 1) {
    assert.ok(attempt < 100, 'the place is still taken');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test.run();
