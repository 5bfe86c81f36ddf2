import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDocuments } from '../../../contract/object-keys.ts';
import { reportSchema } from '../../../contract/report.ts';
import { findRunner, waitForNoRunner } from './support/runner-processes.ts';
import { cancel, trigger, waitFor, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('run life cycle');
let stores: TestStores;
let service: TestService;
let gate = Promise.withResolvers<void>();
let isHeld = false;

test.before(async () => {
  stores = await startStores();
  service = await startTestService(stores, { holdDownloads: async () => (isHeld ? gate.promise : undefined) });
});

test.before.each(() => {
  isHeld = false;
  gate = Promise.withResolvers();
});

test.after.each(() => gate.resolve());

test.after(async () => {
  gate.resolve();
  await service?.close();
  await stores?.close();
});

test('a triggered run completes: every download is whole, both sides count the same, all documents are there', async () => {
  const { run_id } = await trigger(service.url, { num_clients: 10 });
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.is(results.metrics?.total_requests, 10);
  assert.is(results.metrics?.total_bytes, 1_000_000);
  assert.is(results.metrics?.success_rate, 100);
  assert.equal(results.verdict, { value: 'valid', reasons: [] });
  assert.equal(Object.keys(results.documents), Object.keys(runDocuments));
  const bodies = await readDocuments(results.documents);
  const report = reportSchema.parse(JSON.parse(bodies['report.json']?.toString() ?? ''));
  assert.is(report.run_id, run_id);
  assert.is(report.completed_at, results.completed_at);
  assert.is(report.white_box?.requests_completed, 10);
  const { data_set } = report.fingerprint.environment;
  assert.is(data_set === 'unavailable' ? null : data_set.models, 1);
  assert.is(report.fingerprint.environment.backend, 'embedded');
  assert.equal(report.black_box.metrics, results.metrics);
  const ledger = JSON.parse(gunzipSync(bodies['ledger.json.gz'] ?? '').toString());
  assert.is(ledger.columns.client.length, 10);
  await waitForFreePlace();
});

test('while the load is on, results show its progress and the trigger answers 409 at once', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 4 });
  const running = await waitFor(service.url, run_id, ({ progress }) => progress !== null);
  assert.is(running.status, 'running');
  assert.is(running.progress?.in_flight, 4);
  assert.is(running.metrics, null);
  const startMs = performance.now();
  const second = await trigger(service.url).catch((error: Error) => error.message);
  assert.match(String(second), `"active_run_id":"${run_id}"`);
  assert.ok(performance.now() - startMs < 1_000);
  gate.resolve();
  assert.is((await waitForEnd(service.url, run_id)).status, 'completed');
});

test('a run in which every request times out is completed with success rate 0', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 3, duration_seconds: 1 });
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.is(results.metrics?.success_rate, 0);
  assert.is(results.metrics?.error_rate, 100);
  assert.is(results.metrics?.latency.censored, 3);
});

test('a runner killed with SIGKILL: the run is failed with the reason within 15 s, the next trigger works', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 2 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  const killedMs = performance.now();
  process.kill(findRunner(run_id), 'SIGKILL');
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'failed');
  assert.is(results.failure_reason, 'The runner was killed by SIGKILL before it finished.');
  assert.ok(performance.now() - killedMs < 15_000);
  gate.resolve();
  const next = await trigger(service.url, { num_clients: 1 });
  assert.is((await waitForEnd(service.url, next.run_id)).status, 'completed');
});

test('a runner stopped with SIGTERM ends its run itself, with the reason', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 2 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  process.kill(findRunner(run_id), 'SIGTERM');
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'failed');
  assert.is(results.failure_reason, 'The runner failed: it was stopped by SIGTERM.');
});

test('a cancelled run ends within seconds, shows how far it came, and frees the place', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 2 });
  await waitFor(service.url, run_id, ({ progress }) => progress !== null);
  assert.is((await cancel(service.url, run_id)).status, 202);
  assert.is((await cancel(service.url, run_id)).status, 202);
  const results = await waitForEnd(service.url, run_id, 10_000);
  assert.is(results.status, 'cancelled');
  assert.is(results.progress?.total_requests, 2);
  assert.is(results.metrics, null);
  assert.is((await cancel(service.url, run_id)).status, 202);
  await waitForFreePlace();
  await waitForNoRunner(run_id);
});

test('DynamoDB down in mid run for longer than a lease and back: the run completes', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 3 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  await stores.dynamodb.takeDown();
  await sleep(8_000);
  gate.resolve();
  await stores.dynamodb.restore();
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.equal(results.verdict, { value: 'valid', reasons: [] });
});

test('S3 down while the report is written and back: the run completes', async () => {
  isHeld = true;
  const { run_id } = await trigger(service.url, { num_clients: 2, duration_seconds: 2 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  await stores.s3.takeDown();
  await sleep(3_500);
  await stores.s3.restore();
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.equal(Object.keys(results.documents), Object.keys(runDocuments));
});

async function readDocuments(paths: Readonly<Record<string, string>>): Promise<Record<string, Buffer>> {
  const bodies = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const response = await fetch(service.url + path);
      assert.is(response.status, 200, name);
      return [name, Buffer.from(await response.arrayBuffer())] as const;
    }),
  );
  return Object.fromEntries(bodies);
}

/** The place is freed one write after the run has ended. */
async function waitForFreePlace(): Promise<void> {
  for (let attempt = 0; (await stores.runs.readLock()) !== null; attempt += 1) {
    assert.ok(attempt < 50, 'the place is still taken');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test.run();
