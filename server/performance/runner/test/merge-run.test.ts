import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMeasurement, fingerprint, generateBurst, target } from '../../../../bench/test/burst-fixture.ts';
import { runDocumentKey, runPartKey } from '../../../../contract/object-keys.ts';
import { type Report, reportSchema } from '../../../../contract/report.ts';
import type { RunRecord } from '../../../../contract/run.ts';
import { makeRun, secondsFromNow } from '../../test/support/make-run.ts';
import { startStores, type TestStores } from '../../test/support/start-stores.ts';
import { mergeRun } from '../merge-run.ts';
import { encodePart } from '../run-part.ts';

const test = suite('merge run');
const shards = 3;
const clientsEach = 4;
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after(() => stores?.close());

test('each part is counted once, however often its runner wrote it', async () => {
  const run = await addRun();
  for (const shard of [0, 1, 2, 1, 2]) await writePart(run, shard);
  const report = await merge(run);
  assert.is(report.runners?.statement, '3 of 3 parts, requests reconciled');
  assert.is(report.black_box.metrics.total_requests, 12);
  assert.equal(
    report.runners?.shards.map(({ shard, requests }) => [shard, requests]),
    [
      [0, 4],
      [1, 4],
      [2, 4],
    ],
  );
  assert.is((await stores.runs.readRun(run.run_id))?.metrics?.total_requests, 12);
});

test('a part that is missing is told by the report and its verdict, and comes too late for both', async () => {
  const reason = 'in state "loading", last said "loads the service"; its runner was killed by SIGKILL';
  const run = await addRun({ missing_shards: [{ shard: 1, reason }] });
  for (const shard of [0, 1, 2]) await writePart(run, shard);
  const report = await merge(run);
  assert.is(report.runners?.statement, 'INCOMPLETE: 2 of 3 parts; 8 of 12 requests');
  assert.equal(report.runners?.missing, [{ shard: 1, reason }]);
  assert.is(report.runners?.complete, false);
  assert.is(report.black_box.metrics.total_requests, 8);
  assert.is(report.verdict.value, 'incomplete');
  assert.match(report.verdict.reasons.join(), `shard 1 (${reason})`);
});

test('a run that lost 999 of 1,000 runners ends, and its verdict names the first of them', async () => {
  const reason = 'in state "loading"';
  const missing = Array.from({ length: 999 }, (_, index) => ({ shard: index + 1, reason }));
  const run = await addRun({ shards: 1_000, missing_shards: missing });
  await writePart(run, 0);
  const { verdict } = await merge(run);
  assert.is(verdict.value, 'incomplete');
  assert.match(verdict.reasons.join('\n'), `The measurement of shard 8 (${reason}) is missing.`);
  assert.match(verdict.reasons.join('\n'), 'The measurement of 991 more shards is missing.');
  assert.not.match(verdict.reasons.join('\n'), 'shard 9 ');
  assert.is((await stores.runs.readRun(run.run_id))?.status, 'completed');
});

test('a merger that thaws when another run has ended since counts its run no second time', async () => {
  const before = await stores.runs.readTotals();
  const [run, next] = [await addRun(), await addRun()];
  for (const one of [run, next, run]) {
    if ((await stores.runs.readRun(one.run_id))?.status === 'running') {
      await stores.runs.takeLock(one.run_id, secondsFromNow(10));
    }
    for (const shard of [0, 1, 2]) await writePart(one, shard);
    await merge(one);
  }
  assert.is((await stores.runs.readTotals()).completed, before.completed + 2);
  assert.is(await stores.runs.readLock(), null);
});

async function addRun(changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const workload = { ...makeRun().workload, num_clients: shards * clientsEach, runner_tasks: shards };
  const run = makeRun({
    shards,
    workload,
    status: 'running',
    load_finished_at: secondsFromNow(0),
    merged_by: 0,
    ...changes,
  });
  await stores.runs.createRun(run);
  return run;
}

async function writePart({ run_id }: RunRecord, shard: number): Promise<void> {
  const attempts = generateBurst({ clients: clientsEach }).map((attempt) => ({ ...attempt, served_by: null }));
  const measured = {
    ...fingerprint,
    measurement: createMeasurement(attempts),
    calibration: { before: null, after: null },
    storesBefore: { s3: null, dynamodb: null },
    targetUrl: 'http://127.0.0.1:1',
    target,
  };
  const body = await encodePart(run_id, measured, { shard, share: { index: shard, of: shards } });
  await stores.documents.write(runPartKey(run_id, shard), body, 'application/octet-stream');
}

async function merge(run: RunRecord): Promise<Report> {
  await mergeRun(stores, run, new AbortController().signal);
  return reportSchema.parse(
    JSON.parse(String(await stores.documents.read(runDocumentKey(run.run_id, 'report.json')))),
  );
}

test.run();
