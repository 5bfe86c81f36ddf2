import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DistributedFixture, openDistributed } from './support/open-distributed.ts';
import { listRunners, waitForNoRunner } from './support/runner-processes.ts';
import { cancel, trigger, waitForEnd } from './support/service-client.ts';

const test = suite('lost runners');
let at: DistributedFixture;

test.before(async () => {
  at = await openDistributed();
});

test.after.each(() => at.reset());
test.after(() => at?.close());

test('a runner killed before the barrier fails the run at once, naming the shard, what it said and the signal', async () => {
  const held = await at.holdAt('calibration');
  const { run_id } = await trigger(held.url, { num_clients: 4, runner_tasks: 4 });
  await held.kill();
  const { status, failure_reason } = await waitForEnd(held.url, run_id);
  assert.is(status, 'failed');
  assert.match(failure_reason ?? '', /of 4 runners were ready, and the others cannot be any more/);
  assert.match(
    failure_reason ?? '',
    /Shard \d: in state "claimed", last said "claimed its shard"; its runner was killed by SIGKILL/,
  );
  await waitForNoRunner(run_id);
});

test('with allow_fewer the three that are left share the whole load: 34, 33 and 33 of 100 clients', async () => {
  const held = await at.holdAt('calibration');
  const { run_id } = await trigger(held.url, { num_clients: 100, runner_tasks: 4, allow_fewer: true });
  await held.kill();
  const results = await at.waitUntilCompleted(run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.is(results.metrics?.total_requests, 100);
  assert.is(results.verdict?.value, 'valid');
  const { runners } = await at.readReport(run_id);
  assert.is(runners?.statement, '3 of 3 parts, requests reconciled');
  assert.is(runners?.asked, 4);
  assert.equal(
    runners?.shards.map(({ clients }) => clients),
    [34, 33, 33],
  );
  assert.match(runners?.absent[0]?.reason ?? '', 'killed by SIGKILL');
});

test('a runner killed in mid load costs its part alone: the run is incomplete, the counts are those of the others', async () => {
  const service = await at.serve({ isHeld: true });
  const { run_id } = await trigger(service.url, { num_clients: 20, runner_tasks: 4 });
  await at.waitForLoad(run_id, 20);
  process.kill(listRunners(run_id)[0] ?? 0, 'SIGKILL');
  at.release();
  await at.assertIncomplete(run_id, 15, /in state "loading".*its runner was killed by SIGKILL/);
});

test('a runner killed after its load and before its part is missing by name', async () => {
  const held = await at.holdAt('part');
  const { run_id } = await trigger(held.url, { num_clients: 20, runner_tasks: 4 });
  await held.kill();
  await at.assertIncomplete(run_id, 15, /in state "writing", last said "measured 5 requests"/);
});

test('a run that is cancelled in mid load ends as cancelled, all of its runners leave, and the next one can begin', async () => {
  const service = await at.serve({ isHeld: true });
  const { run_id } = await trigger(service.url, { num_clients: 8, runner_tasks: 4 });
  await at.waitForLoad(run_id, 8);
  await cancel(service.url, run_id);
  const { status, metrics } = await waitForEnd(service.url, run_id);
  assert.is(status, 'cancelled');
  assert.is(metrics, null);
  await waitForNoRunner(run_id);
  assert.is(await at.stores.runs.readLock(), null);
});

test('a frozen runner is not waited for for ever, and when it thaws it changes nothing', async () => {
  const service = await at.serve({ isHeld: true });
  const { run_id } = await trigger(service.url, { num_clients: 8, runner_tasks: 4 });
  await at.waitForLoad(run_id, 8);
  const frozen = listRunners(run_id)[0] ?? 0;
  process.kill(frozen, 'SIGSTOP');
  at.release();
  const results = await at.assertIncomplete(run_id, 6, /in state "loading".*no heartbeat for \d+ s/);
  process.kill(frozen, 'SIGCONT');
  await waitForNoRunner(run_id);
  const after = await waitForEnd(service.url, run_id);
  assert.equal(after.metrics, results.metrics);
});

test.run();
