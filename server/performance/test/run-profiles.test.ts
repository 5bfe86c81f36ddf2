import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headers } from '../../../contract/headers.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import type { Results } from '../../../contract/results.ts';
import { trigger, waitFor, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('run profiles');
const noRun = randomUUID();
const path = '/performance/arnir0_Tiny-LLM/main/model.zip';
let stores: TestStores;
let service: TestService;
/** Downloads that belong to a run wait for it. */
let gate = Promise.withResolvers<void>();
/** Those that began to wait. */
let held = 0;

test.before(async () => {
  stores = await startStores();
  service = await startTestService(stores, {
    async holdDownloads(runId) {
      if (runId === null || runId === noRun) return;
      held += 1;
      await gate.promise;
    },
  });
});

test.before.each(() => {
  gate = Promise.withResolvers();
  held = 0;
});

test.after.each(() => gate.resolve());

test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('two runs with profiles report their own strategies, while requests of nobody keep that of the service', async () => {
  const first = await runHeld({ delivery: 'buffered', download_concurrency: 2, s3_max_sockets: 3 });
  assert.is(await askDelivery(), 'streamed');
  assert.is(await askDelivery({ [headers.runId]: noRun }), 'streamed');
  const buffered = await release(first);
  const second = await runHeld({ delivery: 'redirected' });
  assert.is(await askDelivery(), 'streamed');
  const redirected = await release(second);
  assert.is(await askDelivery(), 'streamed');

  assert.is(buffered.fingerprint.subject.delivery, 'buffered');
  assert.is(buffered.fingerprint.subject.download_concurrency, 2);
  assert.is(buffered.fingerprint.subject.s3_max_sockets, 3);
  assert.is(redirected.fingerprint.subject.delivery, 'redirected');
  assert.is(redirected.fingerprint.subject.download_concurrency, undefined);
  assert.is(redirected.fingerprint.subject.s3_max_sockets, 50);
  for (const report of [buffered, redirected]) {
    assert.equal(report.verdict, { value: 'valid', reasons: [] });
    assert.is(report.checks.find(({ name }) => name === 'delivery')?.passed, 4);
  }
  assert.is(buffered.white_box?.body_bytes, 400_000);
  assert.is(redirected.black_box.redirect?.count, 4);
  assert.is(redirected.black_box.metrics.total_bytes, 400_000);
  assert.ok((redirected.white_box?.body_bytes ?? 0) < 1_000);
});

test('a run that is cached for itself reads S3 once, as S3 says, too, and leaves nothing in memory', async () => {
  const { white_box, checks, verdict, fingerprint } = await release(await runHeld({ delivery: 'cached' }));
  assert.equal(verdict, { value: 'valid', reasons: [] });
  assert.is(white_box?.instances[0]?.s3_gets, 1);
  assert.is(white_box?.body_bytes, 400_000);
  assert.is(fingerprint.subject.delivery, 'cached');
  // Where the store counts itself.
  for (const { passed, total } of checks.filter(({ name }) => name === 'store')) assert.is(passed, total);
  const deadline = performance.now() + 5_000;
  while ((await service.health.readUse()).cache.usedBytes > 0) {
    assert.ok(performance.now() < deadline, 'memory of a run that is over');
    await sleep(50);
  }
});

test('a run that may keep less than the artifact in memory streams it, while the service keeps what it may', async () => {
  const { white_box, verdict, fingerprint } = await release(
    await runHeld({ delivery: 'cached', cache_bytes: 99_999 }),
  );
  assert.equal(verdict, { value: 'valid', reasons: [] });
  assert.is(fingerprint.subject.cache_bytes, 99_999);
  assert.is(white_box?.instances[0]?.s3_gets, 4);
  assert.is(white_box?.body_bytes, 400_000);
});

test('a run without a profile is delivered as the service delivers', async () => {
  gate.resolve();
  const { run_id } = await trigger(service.url, { num_clients: 2 });
  const results = await waitForEnd(service.url, run_id);
  assert.equal(results.delivery_settings, service.performance.deliverySettings);
  const report = await readReport(results);
  assert.is(report.fingerprint.subject.delivery, 'streamed');
});

test('requests that name a run after its end are delivered as the service delivers', async () => {
  gate.resolve();
  const { run_id } = await trigger(service.url, { num_clients: 2, profile: { delivery: 'buffered' } });
  await waitForEnd(service.url, run_id);
  const deadline = performance.now() + 5_000;
  while ((await askDelivery({ [headers.runId]: run_id })) !== 'streamed') {
    assert.ok(performance.now() < deadline, 'still delivered by the profile of the run');
  }
});

test('a download that names a run goes on after its end, until the next run needs the connections', async () => {
  const first = await runHeld({ delivery: 'streamed' });
  const ofRun = gate;
  gate = Promise.withResolvers();
  const ofStranger = gate;
  let isOver = false;
  const stranger = askDelivery({ [headers.runId]: first })
    .then(
      () => 'whole',
      () => 'reset',
    )
    .finally(() => (isOver = true));
  while (held < 5) await sleep(20);
  ofRun.resolve();
  assert.is((await waitForEnd(service.url, first)).status, 'completed');
  // Twice as long as it takes to see that the run is over.
  await sleep(4_000);
  assert.is(isOver, false);
  const second = await runHeld({ delivery: 'streamed' });
  assert.is(await stranger, 'reset');
  ofStranger.resolve();
  await release(second);
  assert.equal(service.errors, []);
});

async function runHeld(profile: object): Promise<string> {
  gate = Promise.withResolvers();
  const { run_id } = await trigger(service.url, { num_clients: 4, profile });
  await waitFor(service.url, run_id, ({ progress }) => progress?.in_flight === 4);
  return run_id;
}

async function release(runId: string): Promise<Report> {
  gate.resolve();
  return readReport(await waitForEnd(service.url, runId));
}

async function readReport(results: Results): Promise<Report> {
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  const response = await fetch(service.url + results.documents['report.json']);
  return reportSchema.parse(await response.json());
}

async function askDelivery(extra: Record<string, string> = {}): Promise<string | null> {
  const response = await fetch(service.url + path, { headers: extra, redirect: 'manual' });
  await response.arrayBuffer();
  return response.headers.get(headers.delivery);
}

test.run();
