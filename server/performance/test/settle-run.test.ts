import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isTerminal, type RunRecord, type ShardRecord } from '../../../contract/run.ts';
import { readSettledRun } from '../read-run.ts';
import { settleActiveRun, settleRun } from '../settle-run.ts';
import { superviseRuns } from '../supervise-runs.ts';
import { makeRun, makeShard, secondsFromNow } from './support/make-run.ts';
import { startStores, type TestStores } from './support/start-stores.ts';

const test = suite('settle run');
const launchTimeoutSeconds = 5;
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after.each(async () => {
  const lock = await stores.runs.readLock();
  if (lock) await stores.runs.releaseLock(lock.holder);
});

test.after(() => stores.close());

test('a run whose runner beats is left alone', async () => {
  const run = await addRun({ status: 'running' }, [makeShard()]);
  assert.equal(await settle(run), run);
});

test('a run that nobody launched is left alone until its launch timeout, then failed', async () => {
  assert.is((await settle(await addRun({}, []))).status, 'started');
  const late = await settle(await addRun({ started_at: secondsFromNow(-6) }, []));
  assert.is(late.status, 'failed');
  assert.match(late.failure_reason ?? '', '0 of 1 runners were ready');
});

test('a runner that waits for others at the barrier fails with them at the launch timeout', async () => {
  const run = await addRun({ started_at: secondsFromNow(-6), shards: 2 }, [makeShard({ state: 'ready' })]);
  assert.match((await settle(run)).failure_reason ?? '', '1 of 2 runners were ready');
});

test('an expired lease is first noted, and failed when it stays expired for 3 s', async () => {
  const run = await addRun({ status: 'running' }, [makeShard({ lease_expires_at: secondsFromNow(-1) })]);
  assert.is((await settle(run)).status, 'running');
  const [noted] = await stores.runs.listShards(run.run_id);
  assert.ok(noted?.suspected_at);
  assert.is((await settle(run)).status, 'running');
  const since = Date.now() - Date.parse(noted.suspected_at);
  await sleep(3_050 - since);
  const failed = await settle(run);
  assert.is(failed.status, 'failed');
  assert.match(
    failed.failure_reason ?? '',
    /The runner of shard 0 was lost in state "loading": no heartbeat for 1\d s/,
  );
});

test('a heartbeat clears the suspicion: a store that was away is not a dead runner', async () => {
  const expired = makeShard({ lease_expires_at: secondsFromNow(-1) });
  const run = await addRun({ status: 'running' }, [expired]);
  await settle(run);
  await stores.runs.writeShard(run.run_id, makeShard());
  const [shard] = await stores.runs.listShards(run.run_id);
  assert.is(shard?.suspected_at, null);
  await stores.runs.suspectShard(run.run_id, expired, secondsFromNow(-10));
  assert.is((await settle(run)).status, 'running');
});

test('a runner that was silent for longer than it may be without stores is failed at the first look', async () => {
  const run = await addRun({ status: 'running' }, [makeShard({ lease_expires_at: secondsFromNow(-9.5) })]);
  assert.is((await settle(run)).status, 'failed');
});

test('a shard that is done may fall silent while another still loads', async () => {
  const run = await addRun({ status: 'running', shards: 2 }, [
    makeShard({ state: 'done', lease_expires_at: secondsFromNow(-20) }),
    makeShard({ shard: 1 }),
  ]);
  assert.is((await settle(run)).status, 'running');
});

test('when all shards are done and silent, whoever merged was lost, and the service merges', async () => {
  const run = await addRun({ status: 'running' }, [
    makeShard({ state: 'done', lease_expires_at: secondsFromNow(-20) }),
  ]);
  const merged: string[] = [];
  const mergeRun = async ({ run_id }: RunRecord) => {
    merged.push(run_id);
  };
  await settleRun({ runs: stores.runs, launchTimeoutSeconds, mergeRun }, run);
  assert.equal(merged, [run.run_id]);
});

test('a run past its hard deadline is failed although its runner beats', async () => {
  const run = await addRun({ status: 'running', hard_deadline: secondsFromNow(-1) }, [makeShard()]);
  assert.match((await settle(run)).failure_reason ?? '', /hard deadline/);
});

test('a cancelled run with a live runner is left to it, without one it is ended', async () => {
  const live = await addRun({ status: 'running', cancel_requested: true }, [makeShard()]);
  assert.is((await settle(live)).status, 'running');
  const orphan = await addRun({ status: 'running', cancel_requested: true }, [
    makeShard({ lease_expires_at: secondsFromNow(-1) }),
  ]);
  assert.is((await settle(orphan)).status, 'cancelled');
});

test('settling frees the place, but only that of its own run', async () => {
  const run = await addRun({ started_at: secondsFromNow(-6) }, []);
  await stores.runs.takeLock(run.run_id, secondsFromNow(5));
  await settle(run);
  assert.is(await stores.runs.readLock(), null);

  const other = await addRun({}, []);
  await stores.runs.takeLock(other.run_id, secondsFromNow(5));
  await settle(await addRun({ started_at: secondsFromNow(-6) }, []));
  assert.is((await stores.runs.readLock())?.holder, other.run_id);
});

test('of many who settle the same lost run at once, all see the one end', async () => {
  const run = await addRun({ started_at: secondsFromNow(-6) }, []);
  const ends = await Promise.all(Array.from({ length: 10 }, () => settle(run)));
  assert.is(new Set(ends.map((end) => end.completed_at)).size, 1);
  assert.ok(ends.every((end) => end.status === 'failed'));
});

test('an end is final: neither a late completion nor a late cancel changes it', async () => {
  const run = await settle(await addRun({ started_at: secondsFromNow(-6) }, []));
  const late = { status: 'cancelled' as const, failure_reason: 'Late.', completed_at: secondsFromNow(1) };
  assert.is(await stores.runs.endRun(run.run_id, late), false);
  assert.is(await stores.runs.requestCancel(run.run_id), false);
  assert.is(
    await stores.runs.startLoad(run.run_id, {
      hardDeadline: secondsFromNow(9),
      startsAt: secondsFromNow(0),
      absent: [],
    }),
    false,
  );
  assert.equal(await stores.runs.readRun(run.run_id), run);
});

test('ending a run with the same end twice succeeds twice: the answer of a write may be lost', async () => {
  const run = await addRun({}, []);
  const end = { status: 'failed' as const, failure_reason: 'Once.', completed_at: secondsFromNow(0) };
  assert.is(await stores.runs.endRun(run.run_id, end), true);
  assert.is(await stores.runs.endRun(run.run_id, end), true);
});

test('the active run is the one behind the lock, and none after it ended', async () => {
  assert.is(await settleActive(), null);
  const run = await addRun({ status: 'running' }, [makeShard()]);
  await stores.runs.takeLock(run.run_id, secondsFromNow(5));
  assert.is((await settleActive())?.run_id, run.run_id);
  await stores.runs.writeShard(run.run_id, makeShard({ lease_expires_at: secondsFromNow(-20) }));
  assert.is(await settleActive(), null);
  assert.is(await stores.runs.readLock(), null);
});

test('reading a lost run settles it, without anyone who supervises', async () => {
  const run = await addRun({ status: 'running' }, [makeShard({ lease_expires_at: secondsFromNow(-20) })]);
  const settled = await readSettledRun({ runs: stores.runs, launchTimeoutSeconds }, run.run_id);
  assert.is(settled.status, 'failed');
});

test('a service that starts takes over the lost run that it finds', async () => {
  const run = await addRun({ status: 'running' }, [makeShard({ lease_expires_at: secondsFromNow(-20) })]);
  await stores.runs.takeLock(run.run_id, secondsFromNow(5));
  const errors: unknown[] = [];
  const supervision = superviseRuns({ runs: stores.runs, launchTimeoutSeconds }, (error) => errors.push(error));
  const ended = await waitForEnd(run.run_id);
  await supervision.stop();
  assert.is(ended.status, 'failed');
  assert.equal(errors, []);
});

test('a shard is claimed once, whatever the number of runners that try', async () => {
  const run = await addRun({ shards: 3 }, []);
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, index) => stores.runs.claimShard(run.run_id, `pid ${index}`)),
  );
  assert.equal(claims.filter((claim) => claim !== null).sort(), [0, 1, 2]);
});

test('a run that was cancelled, or has ended, gives out no shard', async () => {
  const cancelled = await addRun({ cancel_requested: true }, []);
  const failed = await addRun({ status: 'failed' }, []);
  assert.is(await stores.runs.claimShard(cancelled.run_id, 'pid 1'), null);
  assert.is(await stores.runs.claimShard(failed.run_id, 'pid 1'), null);
});

async function addRun(changes: Partial<RunRecord>, shards: readonly ShardRecord[]): Promise<RunRecord> {
  const run = makeRun(changes);
  await stores.runs.createRun(run);
  for (const shard of shards) await stores.runs.writeShard(run.run_id, shard);
  return run;
}

function settle(run: RunRecord): Promise<RunRecord> {
  return settleRun({ runs: stores.runs, launchTimeoutSeconds }, run);
}

function settleActive() {
  return settleActiveRun({ runs: stores.runs, launchTimeoutSeconds });
}

async function waitForEnd(runId: string): Promise<RunRecord> {
  for (;;) {
    const run = await stores.runs.readRun(runId);
    if (run && isTerminal(run.status)) return run;
    await sleep(50);
  }
}

test.run();
