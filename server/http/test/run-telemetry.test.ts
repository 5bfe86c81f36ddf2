import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import { headers } from '../../../contract/headers.ts';
import { downloadPath, routes } from '../../../contract/routes.ts';
import { type InstanceTelemetry, phases } from '../../../contract/telemetry.ts';
import { defaultWorkload } from '../../../contract/workload.ts';
import { makeRun, secondsFromNow } from '../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';

const test = suite('run telemetry');
const cached = { delivery: 'cached', download_concurrency: 1, s3_max_sockets: 2 } as const;
const path = downloadPath('arnir0_Tiny-LLM', 'main');
let stores: TestStores;
let service: TestService;
let gate = Promise.resolve();

test.before(async () => {
  stores = await startStores();
});

test.before.each(async () => {
  gate = Promise.resolve();
  service = await startTestService(stores, {
    launcher: createRecordingLauncher(),
    isSupervised: false,
    holdDownloads: () => gate,
  });
});

test.after.each(async () => {
  stores.s3.setFault(null);
  await service?.close();
});

test.after(() => stores?.close());

test('every response names its instance, errors and health included', async () => {
  for (const url of [path, '/nowhere', routes.live, routes.results]) {
    const response = await fetch(service.url + url);
    assert.is(response.headers.get(headers.servedBy), service.instanceId);
    await response.arrayBuffer();
  }
});

test('every answer carries the id of its request, or a new one where that is none', async () => {
  for (const url of [path, '/nowhere', routes.live]) {
    const named = await fetch(service.url + url, { headers: { [headers.requestId]: '0.17' } });
    assert.is(named.headers.get(headers.requestId), '0.17');
    const nameless = await fetch(service.url + url, { headers: { [headers.requestId]: 'a b'.repeat(50) } });
    assert.match(nameless.headers.get(headers.requestId) ?? '', /^[0-9a-f-]{36}$/);
    await Promise.all([named.arrayBuffer(), nameless.arrayBuffer()]);
  }
});

test("a run's downloads are counted, with their bytes, and written within seconds of its load's end", async () => {
  const runId = await addRun();
  await Promise.all([1, 2, 3].map(() => download(runId)));
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.instance_id, service.instanceId);
  assert.is(telemetry.requests_started, 3);
  assert.is(telemetry.requests_completed, 3);
  assert.is(telemetry.requests_aborted, 0);
  assert.is(telemetry.body_bytes, 300_000);
  assert.ok(telemetry.active_seconds > 0 && telemetry.active_seconds < 5);
  assert.ok(telemetry.cpu_seconds > 0 && telemetry.cpu_seconds < 10);
  assert.ok(telemetry.event_loop_utilization > 0 && telemetry.event_loop_utilization <= 1);
  assert.ok(telemetry.event_loop_delay_max_ms >= 0);
  assert.ok(telemetry.peak_rss_bytes > 10_000_000);
});

test('counters are cumulative over flushes and not final while the load goes on', async () => {
  const runId = await addRun();
  await download(runId);
  const first = await waitForInstance(runId, () => true);
  assert.is(first.final, false);
  assert.is(first.requests_completed, 1);
  await download(runId);
  const second = await waitForInstance(runId, ({ requests_completed }) => requests_completed === 2);
  assert.ok(second.seq > first.seq);
  assert.is(second.body_bytes, 200_000);
});

test('a download whose client leaves, or whose body breaks, is aborted and its bytes do not count', async () => {
  const runId = await addRun();
  stores.s3.setFault({ afterBytes: 50_000, act: 'stall' });
  await leaveInMidBody(runId);
  const broken = await request(runId);
  await stores.s3.takeDown();
  await broken.arrayBuffer().then(
    () => assert.unreachable('the body was cut'),
    () => {},
  );
  await stores.s3.restore();
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.requests_started, 2);
  assert.is(telemetry.requests_aborted, 2);
  assert.is(telemetry.requests_completed, 0);
  assert.is(telemetry.body_bytes, 0);
});

test('the phases of a download add up to its residence, and Server-Timing tells them before the body', async () => {
  const runId = await addRun();
  const answer = await request(runId, { headers: { [headers.requestId]: 'load.7' } });
  const timing = answer.headers.get('server-timing') ?? '';
  for (const phase of ['metadata', 's3-pool', 's3-first-byte']) assert.match(timing, `${phase};dur=`);
  assert.not.match(timing, 'client-body');
  await answer.arrayBuffer();
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const { requests, residence_ms, phases_ms, s3_gets, s3_bytes, timeline } = await waitForInstance(
    runId,
    ({ final }) => final,
  );
  assert.equal(requests?.request_id, ['load.7']);
  assert.equal(requests?.completed, [true]);
  const sum = phases.reduce((total, phase) => total + (requests?.phases[phase][0] ?? 0), 0);
  assert.ok(Math.abs(sum - (requests?.residence_ms[0] ?? 0)) < 0.1, `${sum} of ${requests?.residence_ms}`);
  assert.ok((requests?.phases.metadata[0] ?? 0) > 0 && (requests?.phases.s3_first_byte[0] ?? 0) > 0);
  assert.ok(Math.abs((residence_ms ?? 0) - Object.values(phases_ms ?? {}).reduce((a, b) => a + b, 0)) < 1);
  assert.is(s3_gets, 1);
  assert.is(s3_bytes, 100_000);
  assert.ok((timeline?.at_ms.length ?? 0) > 0);
  assert.is(timeline?.s3_sockets.length, timeline?.at_ms.length);
});

test('what is read for all is one GET of the run that began it, and phases tell who waited for it and who did not', async () => {
  const runId = await addRun(cached);
  stores.s3.setFault({ afterBytes: 0, act: 'reset', times: 1 });
  const cold = Promise.all([1, 2, 3].map(() => download(runId)));
  await cold;
  await download(runId);
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const { s3_gets, s3_bytes, requests } = await waitForInstance(runId, ({ final }) => final);
  assert.is(s3_gets, 1);
  assert.is(s3_bytes, 100_000);
  const waited = (requests?.request_id ?? []).map(
    (_, index) => (requests?.phases.s3_first_byte[index] ?? 0) + (requests?.phases.s3_body[index] ?? 0),
  );
  assert.ok(
    waited.slice(0, 3).every((ms) => ms > 40),
    `${waited}`,
  );
  assert.ok((waited[3] ?? Number.NaN) < 10, `${waited}`);
});

test('a GET counts for the run whose client began it and left before S3 answered', async () => {
  const runId = await addRun(cached);
  stores.s3.setFault({ afterBytes: 0, act: 'reset', times: 1 });
  const leaving = new AbortController();
  const left = request(runId, { signal: leaving.signal }).catch(() => {});
  while (stores.s3.countStrikes() === 0) await sleep(1);
  leaving.abort();
  await left;
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.requests_aborted, 1);
  assert.is(telemetry.s3_gets, 1);
  assert.is(telemetry.s3_bytes, 100_000);
});

test('a request sent alone after the load is kept apart, and requests of others are counted as such', async () => {
  const runId = await addRun();
  await download(runId);
  await (
    await request(runId, { headers: { [headers.runAlone]: '1', [headers.requestId]: 'alone.0' } })
  ).arrayBuffer();
  await (await fetch(service.url + path)).arrayBuffer();
  await (await fetch(service.url + routes.live)).arrayBuffer();
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.requests_started, 1);
  assert.is(telemetry.body_bytes, 100_000);
  assert.equal(telemetry.alone?.request_id, ['alone.0']);
  assert.is(telemetry.other_requests, 2);
  assert.is(telemetry.other_downloads, 1);
  assert.is(telemetry.other_s3_gets, 1);
  assert.is(telemetry.s3_gets, 1);
});

test('a HEAD and a 304 complete without body bytes, a range with its own', async () => {
  const runId = await addRun();
  const head = await request(runId, { method: 'HEAD' });
  await request(runId, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
  await (await request(runId, { headers: { range: 'bytes=0-99' } })).arrayBuffer();
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.requests_completed, 3);
  assert.is(telemetry.body_bytes, 100);
});

test('whatever becomes of a request, its phases add up and none is below zero', async () => {
  for (const delivery of ['buffered', 'streamed', 'cached'] as const) {
    const runId = await addRun({ delivery, download_concurrency: 1, s3_max_sockets: 1 });
    const ask = async (init: Parameters<typeof request>[1] = {}, url = path) =>
      fetch(service.url + url, {
        redirect: 'manual',
        ...init,
        headers: { ...init.headers, [headers.runId]: runId },
      }).then((answer) => answer.arrayBuffer().then(() => answer.status));
    const statuses = await Promise.all([
      ...[1, 2, 3].map(() => ask()),
      ask({ method: 'HEAD' }),
      ask({ headers: { range: 'bytes=5-9' } }),
      ask({ headers: { range: 'bytes=900000-' } }),
      ask({ headers: { 'if-match': '"other"' } }),
      ask({}, downloadPath('nobody_nothing', 'main')),
      ask({ method: 'DELETE' }),
    ]);
    assert.ok(statuses.includes(416) && statuses.includes(412) && statuses.includes(404));
    const leaving = Array.from({ length: 3 }, () => AbortSignal.timeout(3));
    await Promise.allSettled(leaving.map((signal) => ask({ signal })));
    await stores.s3.takeDown();
    // What is in memory needs no S3.
    assert.is(await ask(), delivery === 'cached' ? 200 : 503, delivery);
    await stores.s3.restore();
    await stores.runs.finishLoad(runId, secondsFromNow(0));
    const telemetry = await waitForInstance(runId, ({ final }) => final);
    const { requests, requests_started, requests_completed, requests_aborted } = telemetry;
    assert.is(requests_started, requests_completed + requests_aborted, delivery);
    assert.is(requests?.request_id.length, requests_started);
    for (const [index, residenceMs] of (requests?.residence_ms ?? []).entries()) {
      const times = phases.map((phase) => requests?.phases[phase][index] ?? Number.NaN);
      const sum = times.reduce((total, ms) => total + ms, 0);
      assert.ok(Math.abs(sum - residenceMs) < 0.1, `${delivery}: ${sum} of ${residenceMs}`);
      assert.ok(
        times.every((ms) => ms >= -0.01),
        `${delivery}: ${times}`,
      );
      assert.ok((requests?.head_ms[index] ?? 0) <= residenceMs + 0.01);
    }
  }
});

test('nothing is final while a request of the run is in flight', async () => {
  const runId = await addRun();
  const held = Promise.withResolvers<void>();
  gate = held.promise;
  const downloading = download(runId);
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const open = await waitForInstance(runId, ({ seq }) => seq >= 2);
  assert.is(open.final, false);
  assert.is(open.requests_started, 1);
  held.resolve();
  await downloading;
  const closed = await waitForInstance(runId, ({ final }) => final);
  assert.is(closed.requests_completed, 1);
});

test('a straggler after the final flush changes nothing', async () => {
  const runId = await addRun();
  await Promise.all([download(runId), download(runId)]);
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const final = await waitForInstance(runId, (telemetry) => telemetry.final);
  await download(runId);
  await sleep(1_300);
  assert.equal(await stores.runs.listInstances(runId), [final]);
});

test('an id that is no run, or no UUID, leaves nothing behind', async () => {
  const unknown = randomUUID();
  await download(unknown);
  await download('not-a-uuid');
  await download('../../etc');
  await sleep(1_300);
  assert.equal(await stores.runs.listInstances(unknown), []);
  assert.equal(service.errors, []);
});

test('a flush that fails costs nothing: the next one brings all counters', async () => {
  const runId = await addRun();
  await download(runId);
  await stores.dynamodb.takeDown();
  const startMs = performance.now();
  const live = await fetch(service.url + routes.live, { headers: { [headers.runId]: runId } });
  assert.is(live.status, 200);
  assert.ok(performance.now() - startMs < 1_000);
  await sleep(1_500);
  await stores.dynamodb.restore();
  await stores.runs.finishLoad(runId, secondsFromNow(0));
  const telemetry = await waitForInstance(runId, ({ final }) => final);
  assert.is(telemetry.requests_completed, 2);
});

test('a service that stops writes what it has as final', async () => {
  const runId = await addRun();
  await download(runId);
  await service.telemetry.stop();
  const [telemetry] = await stores.runs.listInstances(runId);
  assert.is(telemetry?.final, true);
  assert.is(telemetry?.requests_completed, 1);
});

async function addRun(settings?: DeliverySettings): Promise<string> {
  const run = makeRun({
    status: 'running',
    ...(settings && {
      workload: { ...defaultWorkload, profile: { delivery: settings.delivery } },
      delivery_settings: settings,
    }),
  });
  await stores.runs.createRun(run);
  return run.run_id;
}

function request(
  runId: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(service.url + path, { ...init, headers: { ...init.headers, [headers.runId]: runId } });
}

async function download(runId: string): Promise<void> {
  const body = await (await request(runId)).arrayBuffer();
  assert.is(body.byteLength, 100_000);
}

function leaveInMidBody(runId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const leaving = get(service.url + path, { headers: { [headers.runId]: runId } }, (response) => {
      response.once('data', () => {
        leaving.destroy();
        resolve();
      });
    });
    leaving.on('error', reject);
  });
}

async function waitForInstance(
  runId: string,
  isWanted: (telemetry: InstanceTelemetry) => boolean,
): Promise<InstanceTelemetry> {
  const deadline = performance.now() + 8_000;
  for (;;) {
    const [telemetry] = await stores.runs.listInstances(runId);
    if (telemetry && isWanted(telemetry)) return telemetry;
    if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(telemetry)}`);
    await sleep(50);
  }
}

test.run();
