import { setTimeout as sleep } from 'node:timers/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isTerminal, type RunRecord } from '../../../contract/run.ts';
import { defaultWorkload, mostLocalRunners } from '../../../contract/workload.ts';
import { DomainError } from '../../domain-error.ts';
import type { Launcher } from '../../launcher.ts';
import { checkWorkload } from '../check-workload.ts';
import { endRun, failRun } from '../end-run.ts';
import { createPerformanceContext, type PerformanceContext } from '../performance-context.ts';
import { triggerRun } from '../trigger-run.ts';
import { lockItem, makeMetrics, makeRun, secondsFromNow } from './support/make-run.ts';
import { createRecordingLauncher } from './support/recording-launcher.ts';
import { startStores, type TestStores } from './support/start-stores.ts';

const test = suite('trigger run');
const workload = { ...defaultWorkload, num_clients: 2, duration_seconds: 30 };
const deliverySettings = { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 50 } as const;
let stores: TestStores;
let launcher: ReturnType<typeof createRecordingLauncher>;
let context: PerformanceContext;

test.before(async () => {
  stores = await startStores();
});

test.before.each(() => {
  launcher = createRecordingLauncher();
  context = createContext(launcher);
});

test.after.each(async () => {
  const lock = await stores.runs.readLock();
  if (!lock) return;
  await failRun(stores.runs, lock.holder, 'The test is over.');
  await stores.runs.releaseLock(lock.holder);
});

test.after(() => stores.close());

test('a trigger records the run, launches it once and answers with its id', async () => {
  const answer = await triggerRun(context, workload);
  assert.equal(launcher.launched, [answer.run_id]);
  assert.is(answer.status, 'started');
  const run = await readRun(answer.run_id);
  assert.is(run.status, 'started');
  assert.equal(run.delivery_settings, deliverySettings);
  assert.equal(run.workload, workload);
  const lock = await stores.runs.readLock();
  assert.is(lock?.holder, answer.run_id);
  assert.is(lock?.confirmed, true);
});

test('without a comparable run, completion is estimated at the deadline', async () => {
  const answer = await triggerRun(context, { ...workload, num_clients: 7 });
  const run = await readRun(answer.run_id);
  assert.is(Date.parse(answer.estimated_completion) - Date.parse(run.started_at), 30_000);
});

test('completion is estimated by the last completed run of the same model and clients', async () => {
  const past = makeRun({ started_at: secondsFromNow(-100), workload: { ...workload, num_clients: 9 } });
  await stores.runs.createRun(past);
  await complete(past, new Date(Date.parse(past.started_at) + 12_000).toISOString());
  const answer = await triggerRun(context, { ...workload, num_clients: 9 });
  const run = await readRun(answer.run_id);
  assert.is(Date.parse(answer.estimated_completion) - Date.parse(run.started_at), 12_000);
});

test('a run of another scenario, of other requests or of another duration is not comparable', async () => {
  const load = checkWorkload(
    { scenario: 'sustained-100', num_clients: 13, duration_seconds: 20 },
    mostLocalRunners,
  );
  for (const other of [
    checkWorkload({ num_clients: 13 }, mostLocalRunners),
    checkWorkload({ scenario: 'sustained-100', num_clients: 13, duration_seconds: 5 }, mostLocalRunners),
    checkWorkload({ scenario: 'resume', num_clients: 13, requests_per_client: 2 }, mostLocalRunners),
  ]) {
    const past = makeRun({ started_at: secondsFromNow(-100), workload: other });
    await stores.runs.createRun(past);
    await complete(past, new Date(Date.parse(past.started_at) + 12_000).toISOString());
  }
  const answer = await triggerRun(context, load);
  const run = await readRun(answer.run_id);
  assert.is(Date.parse(answer.estimated_completion) - Date.parse(run.started_at), (20 + 20) * 1_000);
});

test('the hard deadline of a run leaves room for its load, what is in flight at its end, and calibration', async () => {
  const { run_id } = await triggerRun(context, checkWorkload({ scenario: 'metadata' }, mostLocalRunners));
  const run = await readRun(run_id);
  const seconds = (Date.parse(run.hard_deadline) - Date.parse(run.started_at)) / 1_000;
  assert.is(seconds, 5 + 30 + 10 + 10 + 60);
});

test('a load by time notes how long it goes on, one that ends with its requests notes nothing', async () => {
  for (const [scenario, planned] of [
    ['metadata', 30],
    ['burst-100', null],
  ] as const) {
    const { run_id } = await triggerRun(context, checkWorkload({ scenario }, mostLocalRunners));
    assert.is((await readRun(run_id)).planned_seconds, planned);
    await failRun(stores.runs, run_id, 'For the next one.');
  }
});

test('a scenario of all models is refused by a registry that has none', async () => {
  const { models } = await stores.createEmpty();
  const error = await refusal(
    triggerRun({ ...context, models }, checkWorkload({ scenario: 'zipf-500' }, mostLocalRunners)),
  );
  assert.is(error.code, 'model_unknown');
  assert.equal(
    error.faults.map(({ field }) => field),
    ['scenario'],
  );
});

test('a run that was recorded before there were scenarios is read as a burst', async () => {
  const { workload: _, ...rest } = makeRun({ started_at: secondsFromNow(-500) });
  const {
    stopped_because: __,
    crossed_thresholds: ___,
    activity: ____,
    planned_seconds: _____,
    ...item
  } = rest;
  const old = { num_clients: 5, model_id: 'arnir0/Tiny-LLM', version: 'main', duration_seconds: 60 };
  const Item = { ...item, item: 'run', workload: old };
  await stores.clients.dynamodb.send(new PutCommand({ TableName: stores.stores.runsTable, Item }));
  const run = await readRun(item.run_id);
  assert.equal(run.workload, { scenario: 'burst-100', requests_per_client: 1, ...old });
  assert.is(run.stopped_because, null);
  assert.is(run.crossed_thresholds, null);
  assert.is(run.planned_seconds, null);
});

test('the estimate never lies beyond the deadline', async () => {
  const past = makeRun({ started_at: secondsFromNow(-200), workload: { ...workload, num_clients: 11 } });
  await stores.runs.createRun(past);
  await complete(past, new Date(Date.parse(past.started_at) + 90_000).toISOString());
  const answer = await triggerRun(context, { ...workload, num_clients: 11 });
  const run = await readRun(answer.run_id);
  assert.is(Date.parse(answer.estimated_completion) - Date.parse(run.started_at), 30_000);
});

test('of 20 triggers at once one gets the place and the others are told its id', async () => {
  // Whoever looks at the run later than its launch may take has it fail, and takes its place.
  const patient = { ...context, launchTimeoutSeconds: 120 };
  const triggers = await Promise.allSettled(Array.from({ length: 20 }, () => triggerRun(patient, workload)));
  const winners = triggers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.run_id] : []));
  const refusals = triggers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  assert.is(winners.length, 1);
  assert.is(refusals.length, 19);
  for (const refusal of refusals) {
    assert.instance(refusal, DomainError);
    assert.is(refusal.code, 'run_active');
    assert.is(refusal.activeRunId, winners[0]);
  }
  assert.equal(launcher.launched, winners);
});

test('a run that plans to download more than a run may is refused before anything is written, one that does not is not', async () => {
  const sizeBytes = (await stores.models.find('arnir0_Tiny-LLM', 'main'))?.sizeBytes ?? Number.NaN;
  const limited = { ...context, maxRunBytes: 10 * sizeBytes };
  const error = await refusal(triggerRun(limited, { ...workload, num_clients: 11 }));
  assert.is(error.code, 'invalid_body');
  assert.equal(error.faults, [
    {
      field: 'num_clients',
      value: 11,
      allowed: `what makes at most 10 downloads of ${sizeBytes} bytes each instead of 11, for the clients of a run may download ${10 * sizeBytes} bytes (MAX_RUN_BYTES)`,
    },
  ]);
  const each = await refusal(triggerRun(limited, { ...workload, requests_per_client: 6 }));
  assert.equal(
    each.faults.map(({ field, value }) => [field, value]),
    [['requests_per_client', 6]],
  );
  assert.is(await stores.runs.readLock(), null);
  const { run_id } = await triggerRun(limited, { ...workload, requests_per_client: 5 });
  assert.is((await stores.runs.readRun(run_id))?.byte_budget, 10 * sizeBytes);
});

test('an unknown model is refused by name before anything is written', async () => {
  const error = await refusal(triggerRun(context, { ...workload, model_id: 'nobody/nothing', version: 'v9' }));
  assert.is(error.code, 'model_unknown');
  assert.equal(
    error.faults.map(({ field, value }) => [field, value]),
    [
      ['model_id', 'nobody/nothing'],
      ['version', 'v9'],
    ],
  );
  assert.is(await stores.runs.readLock(), null);
});

test('a launch that takes long does not hold up the answer, and one that fails then still ends the run', async () => {
  const gate = Promise.withResolvers<void>();
  const startMs = performance.now();
  const slow = createContext({ ...launcher, launch: () => gate.promise });
  const { run_id } = await triggerRun(slow, workload);
  assert.ok(performance.now() - startMs < 5_000);
  assert.is((await readRun(run_id)).status, 'started');
  gate.reject(new Error('ECS has no room'));
  assert.match((await waitForEnd(run_id)).failure_reason ?? '', 'ECS has no room');
});

test('a launch that fails ends the run with its reason and frees the place', async () => {
  const launch = async () => {
    throw new Error('no more processes');
  };
  const { run_id } = await triggerRun(createContext({ ...launcher, launch }), workload);
  const run = await waitForEnd(run_id);
  assert.is(run.status, 'failed');
  assert.is(run.failure_reason, 'The runner could not be launched: no more processes');
  assert.ok(await triggerRun(context, workload));
});

test('a claim without a record holds the place until it expires', async () => {
  await putLock(crypto.randomUUID(), false, secondsFromNow(5));
  assert.is((await refusal(triggerRun(context, workload))).code, 'run_active');
});

test('an expired claim without a record, left by a crash, is taken over', async () => {
  await putLock(crypto.randomUUID(), false, secondsFromNow(-1));
  assert.ok(await triggerRun(context, workload));
});

test('a claim with a record that nobody launched, left by a crash, fails at the launch timeout', async () => {
  const abandoned = makeRun({ started_at: secondsFromNow(-6) });
  await stores.runs.createRun(abandoned);
  await putLock(abandoned.run_id, false, secondsFromNow(-1));
  assert.ok(await triggerRun(context, workload));
  const run = await readRun(abandoned.run_id);
  assert.is(run.status, 'failed');
  assert.match(run.failure_reason ?? '', /0 of 1 runners were ready within LAUNCH_TIMEOUT_SECONDS \(5 s\)/);
});

test('more runners than this service can launch are refused with the number that it can, whatever other launchers take', () => {
  assert.is(checkWorkload({ runner_tasks: 64 }, 64).runner_tasks, 64);
  for (const runner_tasks of [0, 65, 5_000]) {
    try {
      checkWorkload({ runner_tasks }, 64);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, DomainError);
      const allowed = 'a whole number from 1 to 64 where this service starts its runners';
      assert.equal((error as DomainError).faults, [{ field: 'runner_tasks', value: runner_tasks, allowed }]);
    }
  }
  assert.is(checkWorkload({ num_clients: 2_000, runner_tasks: 1_000 }, 1_000).runner_tasks, 1_000);
});

test('a confirmed run that was never launched blocks until the launch timeout and no longer', async () => {
  const fresh = makeRun();
  await stores.runs.createRun(fresh);
  await putLock(fresh.run_id, true, secondsFromNow(-1));
  const error = await refusal(triggerRun(context, workload));
  assert.is(error.activeRunId, fresh.run_id);
  assert.ok(await triggerRun({ ...context, launchTimeoutSeconds: -1 }, workload));
});

test('a completed run that kept the place, left by a crash, is counted once and frees it', async () => {
  const before = await stores.runs.readTotals();
  const run = makeRun();
  await stores.runs.createRun(run);
  await putLock(run.run_id, true, secondsFromNow(-1));
  await stores.runs.endRun(run.run_id, completion(secondsFromNow(0)));
  assert.ok(await triggerRun(context, workload));
  const after = await stores.runs.readTotals();
  assert.is(after.completed, before.completed + 1);
  assert.is(after.latestCompletedRunId, run.run_id);
  await stores.runs.countCompleted(run.run_id);
  assert.is((await stores.runs.readTotals()).completed, before.completed + 1);
});

test('a confirmed lock whose record is gone frees the place', async () => {
  await putLock(crypto.randomUUID(), true, secondsFromNow(-1));
  assert.ok(await triggerRun(context, workload));
});

test('a trigger that slept past its claim and lost the place launches nothing', async () => {
  const thief = crypto.randomUUID();
  const runs = {
    ...stores.runs,
    async createRun(run: RunRecord) {
      await stores.runs.createRun(run);
      await stores.runs.dropClaim(run.run_id);
      await stores.runs.takeLock(thief, secondsFromNow(5));
    },
  };
  const error = await refusal(triggerRun({ ...context, runs }, workload));
  assert.is(error.code, 'run_active');
  assert.is(error.activeRunId, thief);
  assert.equal(launcher.launched, []);
});

test('a lock that was confirmed is never taken for an abandoned claim', async () => {
  const { run_id } = await triggerRun(context, workload);
  await stores.runs.dropClaim(run_id);
  assert.is((await stores.runs.readLock())?.holder, run_id);
});

function createContext(of: Launcher): PerformanceContext {
  const { runs, documents, models } = stores;
  return createPerformanceContext(
    { runs, documents, models, launcher: of, deliverySettings, launchTimeoutSeconds: 5 },
    () => {},
  );
}

async function refusal(trigger: Promise<unknown>): Promise<DomainError> {
  try {
    await trigger;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('The trigger was to be refused.');
}

function completion(completedAt: string) {
  return {
    status: 'completed' as const,
    completed_at: completedAt,
    metrics: makeMetrics(),
    verdict: { value: 'valid' as const, reasons: [] },
    labels: [],
    stopped_because: null,
    crossed_thresholds: [],
    documents: [],
  };
}

async function complete(run: RunRecord, completedAt: string): Promise<void> {
  await endRun(stores.runs, run.run_id, completion(completedAt));
}

async function putLock(holder: string, confirmed: boolean, claimExpiresAt: string): Promise<void> {
  await stores.clients.dynamodb.send(
    new PutCommand({ TableName: stores.stores.runsTable, Item: lockItem(holder, confirmed, claimExpiresAt) }),
  );
}

async function readRun(runId: string): Promise<RunRecord> {
  const run = await stores.runs.readRun(runId);
  if (!run) throw new Error(`There is no run ${runId}.`);
  return run;
}

async function waitForEnd(runId: string): Promise<RunRecord> {
  for (;;) {
    const run = await readRun(runId);
    if (isTerminal(run.status)) return run;
    await sleep(20);
  }
}

test.run();
