import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Calibrator, findScenario, type LoadOrder, type Measurement } from '../../../../bench/index.ts';
import { headers } from '../../../../contract/headers.ts';
import { runDocumentKey } from '../../../../contract/object-keys.ts';
import { isTerminal, type RunRecord } from '../../../../contract/run.ts';
import { defaultWorkload } from '../../../../contract/workload.ts';
import { cancelledEnd, endRun } from '../../end-run.ts';
import { findActivity } from '../../find-activity.ts';
import { settleRun } from '../../settle-run.ts';
import { makeRun, makeShard, secondsFromNow } from '../../test/support/make-run.ts';
import { startStores, type TestStores } from '../../test/support/start-stores.ts';
import { createFingerprintReader } from '../describe-machine.ts';
import { passBarrier } from '../pass-barrier.ts';
import { runShard } from '../run-shard.ts';
import { RunStopped } from '../run-stopped.ts';
import type { RunnerContext } from '../runner-context.ts';

const test = suite('run shard');
let stores: TestStores;
let warnings: string[];

test.before(async () => {
  stores = await startStores();
});

test.before.each(() => {
  warnings = [];
});

test.after(() => stores?.close());

test('the load gets the scenario, the model and the run: address, length, digest, deadline, header', async () => {
  const run = await addRun();
  const loads: LoadOrder[] = [];
  const isDone = await runWith(run, async (load) => {
    loads.push(load);
    assert.is((await read(run)).status, 'running');
    return emptyMeasurement;
  });
  assert.is(isDone, true);
  const [load] = loads;
  const model = await stores.models.find('arnir0_Tiny-LLM', 'main');
  assert.is(load?.url, 'http://127.0.0.1:1');
  assert.is(load?.models[0]?.path, '/performance/arnir0_Tiny-LLM/main/model.zip');
  assert.equal(load?.headers, { 'x-run-id': run.run_id });
  assert.is(load?.models[0]?.sizeBytes, 100_000);
  assert.is(load?.models[0]?.digest, model?.digest);
  assert.equal(load?.scenario, { ...findScenario('burst-100'), maxDurationSeconds: 300 });
});

test("the hard deadline is counted anew from the load's start", async () => {
  const run = await addRun({
    hard_deadline: secondsFromNow(5),
    workload: { ...defaultWorkload, duration_seconds: 7 },
  });
  await runWith(run, async () => emptyMeasurement);
  const seconds = (Date.parse((await read(run)).hard_deadline) - Date.now()) / 1_000;
  assert.ok(seconds > 7 + 60 && seconds <= 7 + 70, `${seconds}`);
});

test('a load that a threshold stopped completes its run, whose results say why', async () => {
  const run = await addRun();
  const stoppedBecause = 'the threshold "success_rate > 50" was crossed';
  assert.is(await runWith(run, async () => ({ ...emptyMeasurement, stoppedBecause })), true);
  const ended = await read(run);
  assert.is(ended.status, 'completed');
  assert.is(ended.stopped_because, stoppedBecause);
  assert.equal(ended.crossed_thresholds, ['success_rate == 100']);
});

test('a run is calibrated before its barrier and after its load, never while the load is on, and requests sent alone come last; those who watch are told', async () => {
  const run = await addRun();
  const order: string[] = [];
  const context = describeContext(async ({ headers: sent }) => {
    order.push(`${sent[headers.runAlone] === '1' ? 'alone' : 'load'}, ${await readActivity()}`);
    return emptyMeasurement;
  });
  const readActivity = async () => findActivity(await read(run), null);
  const startCalibrator = async () => ({
    async measureCeiling() {
      order.push(`calibration, ${(await read(run)).status}, ${await readActivity()}`);
      return ceiling;
    },
    async stop() {
      order.push('stop');
    },
  });
  await runShard({ ...context, startCalibrator }, run.run_id, new AbortController());
  assert.equal(order, [
    'calibration, started, calibrating',
    'load, loading',
    'calibration, running, recalibrating',
    'stop',
    'alone, sending_alone',
  ]);
  assert.is(await readActivity(), null);
});

test('a calibration that fails leaves the run completed and its ceilings open', async () => {
  const run = await addRun();
  const startCalibrator = async () => {
    throw new Error('no more processes');
  };
  const context = { ...describeContext(async () => emptyMeasurement), startCalibrator };
  assert.is(await runShard(context, run.run_id, new AbortController()), true);
  const report = await stores.documents.read(runDocumentKey(run.run_id, 'report.json'));
  const { calibration, draft_reasons } = JSON.parse(String(report));
  assert.equal(calibration, { before: null, after: null });
  assert.ok(draft_reasons.includes('a calibration before or after the load failed'));
  assert.match(warnings.join(), 'no more processes');
});

test('a scenario that this runner does not have fails the run by name', async () => {
  const run = await addRun({ workload: { ...defaultWorkload, scenario: 'of-tomorrow' } });
  assert.is(await runWith(run, async () => emptyMeasurement), false);
  assert.match((await read(run)).failure_reason ?? '', 'There is no scenario "of-tomorrow"');
});

test('a load that throws fails the run with its reason', async () => {
  const run = await addRun();
  const isDone = await runWith(run, async () => {
    throw new Error('autocannon is not the one that is known');
  });
  assert.is(isDone, false);
  assert.is((await read(run)).failure_reason, 'The runner failed: autocannon is not the one that is known');
});

test('a model that was withdrawn after the trigger fails the run', async () => {
  const run = await addRun({ workload: { ...defaultWorkload, model_id: 'gone/away' } });
  assert.is(await runWith(run, async () => emptyMeasurement), false);
  assert.match((await read(run)).failure_reason ?? '', 'The registry has no model "gone/away"');
});

test('a run that was cancelled before its runner came is not loaded', async () => {
  const run = await addRun({ cancel_requested: true });
  const isDone = await runWith(run, async () => {
    throw new Error('must not load');
  });
  assert.is(isDone, true);
  assert.is((await read(run)).status, 'cancelled');
});

test('a second runner of a run with one shard leaves it alone', async () => {
  const run = await addRun();
  await stores.runs.claimShard(run.run_id, 'another');
  const isDone = await runWith(run, async () => {
    throw new Error('must not load');
  });
  assert.is(isDone, false);
  assert.is((await read(run)).status, 'started');
});

test('a cancel reaches the load within seconds', async () => {
  const run = await addRun();
  const startMs = performance.now();
  const isDone = await runWith(run, async ({ signal }) => {
    await stores.runs.requestCancel(run.run_id);
    await untilAborted(signal);
    return emptyMeasurement;
  });
  assert.is(isDone, true);
  assert.ok(performance.now() - startMs < 5_000);
  assert.is((await read(run)).status, 'cancelled');
});

test('a cancelled run ends although its load does not stop', async () => {
  const run = await addRun();
  const isDone = await runWith(run, async () => {
    await stores.runs.requestCancel(run.run_id);
    return new Promise<never>(() => {});
  });
  assert.is(isDone, true);
  assert.is((await read(run)).status, 'cancelled');
});

test('a load past the hard deadline is stopped and the run failed', async () => {
  const run = await addRun();
  await runWith(run, async ({ signal }) => {
    await setHardDeadline(run, secondsFromNow(-1));
    await untilAborted(signal);
    return emptyMeasurement;
  });
  assert.match((await read(run)).failure_reason ?? '', /hard deadline/);
});

test('a run that was ended from outside stays as it was ended, and the load stops', async () => {
  const run = await addRun();
  const end = cancelledEnd();
  const isDone = await runWith(run, async ({ signal }) => {
    await endRun(stores.runs, run.run_id, end);
    await untilAborted(signal);
    return emptyMeasurement;
  });
  assert.is(isDone, false);
  assert.is((await read(run)).completed_at, end.completed_at);
  assert.match(warnings.join(), 'it was ended from outside');
});

test('nobody passes the barrier before every shard is ready, and the load starts once', async () => {
  const run = await addRun({ shards: 2 });
  const starts: boolean[] = [];
  const runs: RunnerContext['runs'] = {
    ...stores.runs,
    async startLoad(runId, start) {
      const isFirst = await stores.runs.startLoad(runId, start);
      starts.push(isFirst);
      return isFirst;
    },
  };
  const { signal } = new AbortController();
  const context = { ...describeContext(async () => emptyMeasurement), runs };
  await stores.runs.writeShard(run.run_id, makeShard({ state: 'ready' }));
  await stores.runs.writeShard(run.run_id, makeShard({ shard: 1, state: 'claimed' }));
  const first = passBarrier(context, run, 0, signal);
  await sleep(1_000);
  assert.equal(starts, []);
  await stores.runs.writeShard(run.run_id, makeShard({ shard: 1, state: 'ready' }));
  const [one, other] = await Promise.all([first, passBarrier(context, run, 1, signal)]);
  assert.is(starts.filter((isFirst) => isFirst).length, 1);
  assert.is(one.startAtMs, other.startAtMs);
  assert.ok(one.startAtMs > Date.now());
  assert.equal(
    [one.share, other.share],
    [
      { index: 0, of: 2 },
      { index: 1, of: 2 },
    ],
  );
});

test('a runner whose run ends while it waits at the barrier leaves it', async () => {
  const run = await addRun({ shards: 2, started_at: secondsFromNow(-60) });
  await stores.runs.writeShard(run.run_id, makeShard({ state: 'ready' }));
  const waiting = passBarrier(
    describeContext(async () => emptyMeasurement),
    run,
    0,
    new AbortController().signal,
  );
  const error = await waiting.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, RunStopped);
  assert.match((await read(run)).failure_reason ?? '', '1 of 2 runners were ready');
});

test('a runner without DynamoDB for 15 s stops its load and itself; the run is failed once the store is back', async () => {
  const run = await addRun();
  const startMs = performance.now();
  let abortedMs = 0;
  const isDone = await runWith(run, async ({ signal }) => {
    await stores.dynamodb.takeDown();
    await untilAborted(signal);
    abortedMs = performance.now() - startMs;
    return emptyMeasurement;
  });
  await stores.dynamodb.restore();
  assert.is(isDone, false);
  assert.ok(abortedMs > 14_000 && abortedMs < 25_000, `${abortedMs}`);
  assert.match(warnings.join(), 'DynamoDB was away for 15 s');
  const settled = await settleRun({ runs: stores.runs, launchTimeoutSeconds: 20 }, await read(run));
  assert.ok(isTerminal(settled.status));
  assert.match(settled.failure_reason ?? '', 'The runner of shard 0 was lost');
});

const ceiling = { bytes_per_second: 1e9, requests_per_second: 100, cpu_seconds_per_gb: 0.2 };
const calibrator: Calibrator = { measureCeiling: async () => ceiling, stop: async () => {} };

const emptyMeasurement: Measurement = {
  attempts: [],
  generator: {
    cpu_seconds: 0,
    cpu_utilization: 0,
    cpu_seconds_per_gb: null,
    hashed_share: 0,
    peak_rss_bytes: 0,
    timestamp_uncertainty_ms: 0,
    start_skew_ms: 0,
    machine_idle: null,
    received: { interval_ms: 100, bytes: [] },
  },
  droppedIterations: 0,
  droppedSeries: { interval_ms: 100, counts: [] },
  startedAtMs: 1_760_000_000_000,
  wire: null,
  inFlightMs: null,
  lateAnswers: null,
  resentRequests: 0,
  checks: [],
  stoppedBecause: null,
  cutByMaxDuration: false,
  teardownError: null,
};

async function addRun(changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const run = makeRun(changes);
  await stores.runs.createRun(run);
  return run;
}

function runWith(run: RunRecord, load: (load: LoadOrder) => Promise<Measurement>): Promise<boolean> {
  return runShard(describeContext(load), run.run_id, new AbortController());
}

function describeContext(measureLoad: (load: LoadOrder) => Promise<Measurement>): RunnerContext {
  return {
    runner: 'this process',
    runs: stores.runs,
    documents: stores.documents,
    models: stores.models,
    measureLoad,
    startCalibrator: async () => calibrator,
    targetUrl: 'http://127.0.0.1:1',
    launchTimeoutSeconds: 20,
    readFingerprints: createFingerprintReader({ backend: 'embedded', computeBackend: 'local' }),
    modelsBucket: stores.stores.modelsBucket,
    readStoresCounts: async () => ({ s3: null, dynamodb: null }),
    warn: (message) => warnings.push(message),
  };
}

async function read(run: RunRecord): Promise<RunRecord> {
  const present = await stores.runs.readRun(run.run_id);
  if (!present) throw new Error(`There is no run ${run.run_id}.`);
  return present;
}

async function setHardDeadline(run: RunRecord, hardDeadline: string): Promise<void> {
  await stores.clients.dynamodb.send(
    new UpdateCommand({
      TableName: stores.stores.runsTable,
      Key: { run_id: run.run_id, item: 'run' },
      UpdateExpression: 'SET hard_deadline = :at',
      ExpressionAttributeValues: { ':at': hardDeadline },
    }),
  );
}

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  while (!signal?.aborted) await sleep(20);
}

test.run();
