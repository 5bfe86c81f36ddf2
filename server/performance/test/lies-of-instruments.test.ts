import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReport } from '../../../bench/report/read-report.ts';
import type { Report } from '../../../contract/report.ts';
import { createAwsClients } from '../../aws/clients.ts';
import { createRunStore } from '../../aws/run-store.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from '../../test/counting-s3-proxy.ts';
import { startServiceProcess } from '../../test/start-service-process.ts';
import {
  changeDetails,
  type StoredItem,
  startTamperingTable,
  type TamperingTable,
} from '../../test/tampering-table.ts';
import { createInProcessLauncher } from './support/in-process-launcher.ts';
import { trigger, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('lies of the instruments');
const requests = 10;
const bodyBytes = 100_000;
const slowMs = 300;
const workload = { num_clients: 5, requests_per_client: 2, duration_seconds: 20 };
let stores: TestStores;
let s3: CountingS3Proxy;
let table: TamperingTable;
let tampered: TestStores;
let clients: ReturnType<typeof createAwsClients>;
let service: TestService;

test.before(async () => {
  stores = await startStores();
  table = await startTamperingTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  const honest = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = table.url;
  clients = createAwsClients();
  tampered = { ...stores, runs: createRunStore(clients.dynamodb, stores.stores.runsTable, stores.documents) };
  // The SDK looks at its environment with the first call.
  await tampered.runs.readTotals();
  process.env.AWS_ENDPOINT_URL_DYNAMODB = honest;
  s3 = await startCountingS3Proxy(stores.s3.url);
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
  service = await startService();
});

test.before.each(() => {
  table.tamper((item) => [item]);
  s3.delayGets(null);
});

test.after(async () => {
  await service?.close();
  clients?.destroy();
  await table?.close();
  await s3?.close();
  await stores?.close();
});

test('an honest instance is believed: its counters, and its times in those of the clients', async () => {
  // Long enough for what nobody measures, the turns that processes wait for a core, to be little beside it.
  s3.delayGets(() => sleep(slowMs));
  const report = await run();
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  const { passed, total } = report.checks.find(({ name }) => name === 'residence') ?? {};
  assert.is(passed, requests);
  assert.is(total, requests);
  const { attribution } = report.white_box ?? {};
  assert.is(attribution?.joined, requests);
  assert.ok((attribution?.unexplained_median_share ?? 1) < 0.25);
  assert.ok(attribution?.alone_mean_ms !== null);
});

test('fewer bytes than the clients received make the run invalid', async () => {
  table.tamper((item) => [{ ...item, body_bytes: { N: String(Number(item.body_bytes?.N) / 2) } }]);
  const { verdict } = await run();
  assert.is(verdict.value, 'invalid');
  assert.match(
    verdict.reasons[0] ?? '',
    `received ${format(requests * bodyBytes)} B whole, the service counts 500,000 B`,
  );
});

test('more time at S3 than a request was in the service makes the run invalid', async () => {
  table.tamper((item) => [stretchS3(item, { withResidence: false })]);
  const { verdict } = await run();
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons[0] ?? '', /The phases of request .* add up to /);
});

test('more time at S3 than its client waited makes the run invalid, even where the instance stretched its own time to fit', async () => {
  table.tamper((item) => [stretchS3(item, { withResidence: true })]);
  const { verdict } = await run();
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons[0] ?? '', /was in it for .*, its client waited /);
});

test('without its last snapshot the run is incomplete, and names the instance', async () => {
  table.tamper((item) => (item.final?.BOOL ? [] : [item]));
  const { verdict } = await run({ ...workload, requests_per_client: 400 });
  assert.is(verdict.value, 'incomplete');
  assert.match(verdict.reasons.join(), service.instanceId);
});

test('a snapshot that is written twice changes nothing, one that comes as a second instance makes the run invalid', async () => {
  table.tamper((item) => [item, item]);
  assert.is((await run()).verdict.value, 'valid');
  table.tamper((item) => [{ ...item, item: { S: 'instance#twin' }, instance_id: { S: 'twin' } }, item]);
  const { verdict } = await run();
  assert.is(verdict.value, 'invalid');
  assert.match(
    verdict.reasons[0] ?? '',
    `received ${requests} bodies whole, the service counts ${2 * requests} bodies`,
  );
});

test('snapshots that are lost before the last one cost nothing', async () => {
  table.tamper((item) => (item.final?.BOOL ? [item] : []));
  assert.is((await run()).verdict.value, 'valid');
});

test('one of two instances that is never heard of makes the run incomplete, and is named', async () => {
  const other = await startService();
  const front = await alternate([service.url, other.url]);
  const asking = await startService(() => front.url);
  try {
    table.tamper((item) => (item.instance_id?.S === other.instanceId ? [] : [item]));
    const { verdict } = await run(workload, asking);
    assert.is(verdict.value, 'incomplete');
    assert.match(
      verdict.reasons.join(),
      `Instance ${other.instanceId} answered requests, but sent no telemetry.`,
    );
  } finally {
    await front.close();
    await Promise.all([other.close(), asking.close()]);
  }
});

test('an instance whose wall clock is ten seconds ahead reports the same durations', async () => {
  const shift = new URL('../../test/shift-service-clock.ts', import.meta.url).href;
  const shifted = await startServiceProcess(stores.stores, { NODE_OPTIONS: `--import ${shift}` } as object);
  try {
    const report = await read(shifted.url, (await trigger(shifted.url, workload)).run_id);
    assert.equal(report.verdict, { value: 'valid', reasons: [] });
    const [instance] = report.white_box?.instances ?? [];
    assert.ok((instance?.active_seconds ?? 99) < 9, `${instance?.active_seconds} s`);
  } finally {
    await shifted.close();
  }
});

function startService(readTargetUrl?: () => string): Promise<TestService> {
  const ceiling = { bytes_per_second: 1e9, requests_per_second: 1_000, cpu_seconds_per_gb: 0.2 };
  let own: TestService | null = null;
  const launcher = createInProcessLauncher(tampered, {
    readTargetUrl: readTargetUrl ?? (() => own?.url ?? ''),
    startCalibrator: async () => ({ measureCeiling: async () => ceiling, stop: async () => {} }),
  });
  return startTestService(tampered, { launcher, isSupervised: false }).then((started) => {
    own = started;
    return started;
  });
}

async function run(asked: object = workload, on = service): Promise<Report> {
  return read(on.url, (await trigger(on.url, asked)).run_id);
}

async function read(url: string, runId: string): Promise<Report> {
  const results = await waitForEnd(url, runId);
  const path = results.documents['report.json'];
  if (path === undefined) throw new Error(`The run is ${results.status}: ${results.failure_reason}`);
  return readReport(await (await fetch(url + path)).text());
}

/** Says of the last snapshot's requests that S3 took three seconds longer. */
function stretchS3(item: StoredItem, { withResidence }: { withResidence: boolean }): StoredItem {
  if (!item.final?.BOOL) return item;
  return changeDetails(item, (details) => {
    const rows = details.requests;
    if (!rows) return;
    rows.phases.s3_body = rows.phases.s3_body.map((ms) => ms + 3_000);
    if (withResidence) rows.residence_ms = rows.residence_ms.map((ms) => ms + 3_000);
  });
}

/** Connections go to one service and the other in turn. */
async function alternate(urls: readonly string[]) {
  let turn = 0;
  const server = createServer((client) => {
    const { hostname, port } = new URL(urls[turn % urls.length] ?? '');
    turn += 1;
    const onward = connect(Number(port), hostname);
    client.pipe(onward).pipe(client);
    for (const [one, two] of [
      [client, onward],
      [onward, client],
    ] as const) {
      one.on('error', () => two.destroy());
      one.once('close', () => two.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function format(count: number): string {
  return count.toLocaleString('en-US');
}

test.run();
