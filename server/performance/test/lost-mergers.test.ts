import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DistributedFixture, openDistributed } from './support/open-distributed.ts';
import { listRunners } from './support/runner-processes.ts';
import { trigger } from './support/service-client.ts';

const test = suite('lost mergers');
let at: DistributedFixture;

test.before(async () => {
  at = await openDistributed();
});

test.after.each(() => at.reset());
test.after(() => at?.close());

test('a merger that is killed is followed by another runner, without a service', async () => {
  const held = await at.holdAt('report', { isSupervised: false });
  const { run_id } = await trigger(held.url, { num_clients: 8, runner_tasks: 4 });
  await held.kill();
  await assertCompletesUnasked(run_id);
  await at.assertWhole(run_id, 8);
});

test('with all runners killed while they merge, the service merges', async () => {
  const held = await at.holdAt('report');
  const { run_id } = await trigger(held.url, { num_clients: 8, runner_tasks: 4 });
  await held.waitUntilHeld();
  for (const pid of listRunners(run_id)) process.kill(pid, 'SIGKILL');
  await at.assertWhole(run_id, 8);
});

/** Nobody asks the service meanwhile, which does not look by itself. */
async function assertCompletesUnasked(runId: string): Promise<void> {
  for (let attempt = 0; (await at.stores.runs.readRun(runId))?.status !== 'completed'; attempt += 1) {
    assert.ok(attempt < 600, 'the run is still not completed');
    await sleep(100);
  }
}

test.run();
