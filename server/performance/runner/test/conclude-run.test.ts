import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { LoadOrder, Measurement } from '../../../../bench/index.ts';
import { runDocumentKey } from '../../../../contract/object-keys.ts';
import { reportSchema } from '../../../../contract/report.ts';
import type { RunRecord } from '../../../../contract/run.ts';
import { makeUpLoad } from '../../../../scripts/simulate/make-up-load.ts';
import { makeRun, secondsFromNow } from '../../test/support/make-run.ts';
import { startStores, type TestStores } from '../../test/support/start-stores.ts';
import { createFingerprintReader } from '../describe-machine.ts';
import { runShard } from '../run-shard.ts';
import { RunStopped } from '../run-stopped.ts';
import type { RunnerContext } from '../runner-context.ts';

const test = suite('conclude run');
const made = makeUpLoad(0.2);
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after(() => stores?.close());

test('one runner at a time sends requests alone, however long they take', async () => {
  const run = await addRun();
  let alone = 0;
  let mostAlone = 0;
  const first = start(run, measureLoad);
  await waitForShards(run, 1);
  const second = start(run, async (order) => {
    if (order.startAtMs !== undefined) await sleep(order.startAtMs + 500 - Date.now());
    return measureLoad(order);
  });
  assert.equal(await Promise.all([first.ended, second.ended]), [true, true]);
  assert.is(mostAlone, 1);

  async function measureLoad(order: LoadOrder): Promise<Measurement> {
    if (order.startAtMs !== undefined) return made.measureLoad(order);
    alone += 1;
    mostAlone = Math.max(mostAlone, alone);
    await sleep(5_000);
    alone -= 1;
    return made.measureLoad(order);
  }
});

test('a runner that is stopped after it wrote its part has its part in the report, though another is lost', async () => {
  const run = await addRun({ shards: 3 });
  const stopped = start(run, made.measureLoad);
  await waitForShards(run, 1);
  const isWritten = Promise.withResolvers<void>();
  const [lost, last] = [1, 2].map(() =>
    start(run, async (order) => {
      if (order.startAtMs !== undefined) await isWritten.promise;
      return made.measureLoad(order);
    }),
  );
  await waitForDone(run);
  for (const one of [stopped, lost]) {
    one?.controller.abort(new RunStopped('failed', 'it was stopped by SIGTERM.'));
    assert.is(await one?.ended, false);
  }
  isWritten.resolve();
  assert.is(await last?.ended, true);
  assert.match(await readStatement(run), /^INCOMPLETE: 2 of 3 parts/);
});

test('at the hard deadline the parts that were written make the report, without the runner that still loads', async () => {
  const run = await addRun();
  const written = start(run, made.measureLoad);
  await waitForShards(run, 1);
  const hanging = start(run, async (order) => {
    if (order.startAtMs === undefined) return made.measureLoad(order);
    await setHardDeadline(run, secondsFromNow(2));
    return new Promise(() => {});
  });
  assert.equal(await Promise.all([written.ended, hanging.ended]), [true, false]);
  assert.match(await readStatement(run), /^INCOMPLETE: 1 of 2 parts/);
});

async function addRun({ shards = 2 } = {}): Promise<RunRecord> {
  const workload = { ...makeRun().workload, num_clients: 6, runner_tasks: shards };
  const run = makeRun({ shards, workload });
  await stores.runs.createRun(run);
  return run;
}

let started = 0;

/** A runner in this process. */
function start(run: RunRecord, measureLoad: (load: LoadOrder) => Promise<Measurement>) {
  started += 1;
  const context: RunnerContext = {
    runner: `runner ${started}`,
    runs: stores.runs,
    documents: stores.documents,
    models: stores.models,
    measureLoad,
    startCalibrator: made.startCalibrator,
    targetUrl: 'http://127.0.0.1:1',
    launchTimeoutSeconds: 20,
    readFingerprints: createFingerprintReader({ backend: 'embedded', computeBackend: 'local' }),
    modelsBucket: stores.stores.modelsBucket,
    readStoresCounts: async () => ({ s3: null, dynamodb: null }),
    warn: () => {},
  };
  const controller = new AbortController();
  return { controller, ended: runShard(context, run.run_id, controller) };
}

async function waitForShards(run: RunRecord, count: number): Promise<void> {
  while ((await stores.runs.listShards(run.run_id)).length < count) await sleep(50);
}

async function waitForDone(run: RunRecord): Promise<void> {
  while ((await stores.runs.listShards(run.run_id)).every(({ state }) => state !== 'done')) await sleep(50);
}

async function readStatement(run: RunRecord): Promise<string> {
  const body = await stores.documents.read(runDocumentKey(run.run_id, 'report.json'));
  return reportSchema.parse(JSON.parse(String(body))).runners?.statement ?? '';
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

test.run();
