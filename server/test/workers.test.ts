import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReport } from '../../bench/index.ts';
import { componentsSchema } from '../../contract/health.ts';
import { routes } from '../../contract/routes.ts';
import { openRaw } from '../http/test/raw-request.ts';
import { findRunner } from '../performance/test/support/runner-processes.ts';
import { trigger, waitFor, waitForEnd } from '../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../performance/test/support/start-stores.ts';
import { publishModel } from '../registry/publish-model.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from './counting-s3-proxy.ts';
import { listChildren } from './list-children.ts';
import { preload } from './preload.ts';
import { type ProcessSettings, type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('workers');
const small = randomBytes(200_000);
/** More than the kernel takes for a client that does not read. */
const big = randomBytes(6 * 1024 * 1024);
const path = '/performance/big/main/model.zip';
/** While this file is there, a worker that starts ends at once. */
const sign = join(tmpdir(), `end-workers-${process.pid}`);
/** Many processes start here; `npm test` has what they are compiled to already. */
const compiled = join(tmpdir(), `compiled-${process.pid}`);
const { NODE_COMPILE_CACHE = compiled } = process.env;
const crash = `import { existsSync } from 'node:fs';
import cluster from 'node:cluster';
if (cluster.isWorker && existsSync(${JSON.stringify(sign)})) process.exit(7);`;
let stores: TestStores;
let s3: CountingS3Proxy;
let service: ServiceProcess;

test.before(async () => {
  stores = await startStores();
  await publishModel(stores, { modelId: 'small', version: 'main', content: send(small) });
  await publishModel(stores, { modelId: 'big', version: 'main', content: send(big) });
  s3 = await startCountingS3Proxy(stores.s3.url);
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
  service = await startWorkers({ NODE_OPTIONS: preload(crash) });
});

test.after(async () => {
  await rm(sign, { force: true });
  await rm(compiled, { force: true, recursive: true });
  await service?.close();
  await s3?.close();
  await stores?.close();
});

test('30 downloads at once, spread over two workers, cost S3 one read for each worker', async () => {
  s3.resetCount();
  const answers = await Promise.all(Array.from({ length: 30 }, () => download(service.url)));
  for (const { body } of answers) assert.ok(body.equals(small));
  assert.is(new Set(answers.map(({ servedBy }) => servedBy)).size, 2);
  assert.is(s3.countGets().total, 2);
});

test('whichever worker answers, metrics and components are those of both', async () => {
  const texts = await Promise.all(Array.from({ length: 12 }, () => readMetricsOfAll(service.url)));
  for (const text of texts) {
    assert.is(sumOf(text, /^modelrig_http_requests_total{.*performance.*worker="\d".*} (\d+)$/gm), 30);
    assert.is(sumOf(text, /^modelrig_cache_bytes{worker="\d"} (\d+)$/gm), 2 * small.length);
    assert.is(sumOf(text, /^modelrig_workers{state="alive"} (\d+)$/gm), 2);
    assert.is(sumOf(text, /^modelrig_workers_replaced_total (\d+)$/gm), 0);
  }
  const registries = await Promise.all(Array.from({ length: 12 }, () => readRegistryOfAll(service.url)));
  for (const { status, metrics } of registries) {
    assert.is(status, 'ok');
    assert.is(metrics.cache_bytes, 2 * small.length);
    assert.is(metrics.cache_limit_bytes, 100_000_000);
    assert.is(metrics.workers_alive, 2);
  }
});

test('a worker that does not answer is told by the others, not hidden', async () => {
  const [stopped = 0] = listWorkers(service.pid);
  process.kill(stopped, 'SIGSTOP');
  try {
    const ask = <T>(read: () => Promise<T>) => Promise.any(Array.from({ length: 20 }, read));
    const text = await readUntil(
      () => ask(() => readText(service.url, routes.metrics)),
      (told) => told.includes('worker="1"'),
    );
    assert.match(text, /^modelrig_workers{state="silent"} 1$/m);
    assert.not.match(text, /worker="0"/);
    const registry = await readUntil(
      () => ask(() => readRegistry(service.url)),
      ({ reason }) => !reason?.startsWith('2 of'),
    );
    assert.is(registry.status, 'degraded');
    assert.match(registry.reason ?? '', '1 of 2 workers did not answer in time');
  } finally {
    process.kill(stopped, 'SIGCONT');
  }
});

test('what both workers counted of a run adds up to what its clients saw', async () => {
  const { run_id } = await trigger(service.url, { num_clients: 20 });
  const report = await readRunReport(service.url, run_id);
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  for (const { name, passed, total } of report.checks) assert.is(passed, total, name);
  const { instances = [], requests_completed, body_bytes } = report.white_box ?? {};
  assert.is(instances.length, 2);
  assert.is(requests_completed, 20);
  assert.is(body_bytes, 20 * 100_000);
  assert.ok(instances.reduce((sum, { s3_gets }) => sum + (s3_gets ?? 0), 0) <= 2);
  assert.is(report.fingerprint.subject.workers, 2);
});

test('a killed worker is replaced and counted, and meanwhile the other serves everybody', async () => {
  const [killed = 0] = listWorkers(service.pid);
  process.kill(killed, 'SIGKILL');
  await waitUntil('it is gone', async () => !listChildren(service.pid).includes(killed));
  for (let at = 0; at < 20; at += 1) assert.ok((await download(service.url)).body.equals(small));
  await waitForWorkers(service, 1);
  const answers = await Promise.all(Array.from({ length: 30 }, () => download(service.url)));
  assert.is(new Set(answers.map(({ servedBy }) => servedBy)).size, 2);
  assert.match(service.readLog(), `(pid ${killed}) was ended by SIGKILL; another takes its place now.`);
});

test('workers that end at once are replaced at growing intervals, and the others serve on', async () => {
  await writeFile(sign, '');
  process.kill(listWorkers(service.pid)[0] ?? 0, 'SIGKILL');
  await waitForLog('ended with exit code 7; another takes its place in 2 s');
  const { status, reason } = await readRegistry(service.url);
  assert.is(status, 'degraded');
  assert.is(reason, 'Only 1 of 2 workers serve; the others are being replaced.');
  await rm(sign);
  await waitForWorkers(service, 4);
});

test('what became of a runner is known although all workers of its launch are gone', async () => {
  stores.s3.setFault({ afterBytes: 50_000, act: 'stall' });
  const { run_id } = await triggerUntilRunning().finally(() => stores.s3.setFault(null));
  const runner = findRunner(run_id);
  for (const worker of listWorkers(service.pid)) process.kill(worker, 'SIGKILL');
  await waitForWorkers(service, 6);
  process.kill(runner, 'SIGKILL');
  const { status, failure_reason } = await waitForEnd(service.url, run_id);
  assert.is(status, 'failed');
  assert.match(failure_reason ?? '', 'was killed by SIGKILL before it finished');
});

test('a second signal ends all workers at once', async () => {
  const own = await startWorkers({});
  const workers = listWorkers(own.pid);
  const socket = await openRaw(own.url, `GET ${path} HTTP/1.1`, 'keep-alive');
  try {
    if (socket.readableLength === 0) await once(socket, 'readable');
    own.kill('SIGTERM');
    await waitUntilRefused(own.url);
    own.kill('SIGTERM');
    assert.is(await own.ended, 1);
    await waitUntilGone(workers);
  } finally {
    socket.destroy();
    await own.close();
  }
});

test('a primary process that is killed leaves no worker', async () => {
  const own = await startWorkers({});
  const workers = listWorkers(own.pid);
  assert.is(workers.length, 2);
  own.kill('SIGKILL');
  await waitUntilGone(workers);
});

test('a port that is taken is told once, not by each worker', async () => {
  const { port } = new URL(service.url);
  const failed = await startWorkers({ PORT: port }).catch((error: Error) => error.message);
  assert.is(
    failed,
    `The service ended before it listened:\nPORT is ${port}, which is taken on 127.0.0.1; choose another, or 0 for any free one.\n`,
  );
});

test('SIGTERM lets the downloads of all workers end, and the exit code is 0', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 16 }, () => openRaw(service.url, `GET ${path} HTTP/1.1`, 'keep-alive')),
  );
  await Promise.all(sockets.map((socket) => socket.readableLength > 0 || once(socket, 'readable')));
  service.kill('SIGTERM');
  await waitUntilRefused(service.url);
  const bodies = await Promise.all(sockets.map(readBody));
  assert.is(bodies.filter((body) => body.equals(big)).length, 16);
  assert.is(await service.ended, 0);
});

async function* send(content: Uint8Array) {
  yield content;
}

/** Its runner is held still. */
async function triggerUntilRunning() {
  const { run_id } = await trigger(service.url, { num_clients: 3 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  process.kill(findRunner(run_id), 'SIGSTOP');
  return { run_id };
}

function startWorkers(settings: ProcessSettings): Promise<ServiceProcess> {
  const own = { DELIVERY: 'cached', WORKERS: '2', CACHE_BYTES: '100000000', NODE_COMPILE_CACHE };
  return startServiceProcess(stores.stores, { ...own, ...settings });
}

/** Process ids, runners among them. */
function listWorkers(pid: number): number[] {
  return listChildren(pid).filter((child) => /server\/main\.ts/.test(readCommand(child)));
}

/** Empty for one that is gone. */
function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Each on a connection of its own. */
async function get(url: string, route: string): Promise<Response> {
  const answer = await fetch(url + route, { headers: { connection: 'close' } });
  assert.is(answer.status, 200);
  return answer;
}

async function readText(url: string, route: string): Promise<string> {
  return (await get(url, route)).text();
}

async function download(url: string): Promise<{ body: Buffer; servedBy: string | null }> {
  const answer = await get(url, '/performance/small/main/model.zip');
  return { body: Buffer.from(await answer.arrayBuffer()), servedBy: answer.headers.get('x-served-by') };
}

async function readRegistry(url: string) {
  const { components } = componentsSchema.parse(await (await get(url, routes.components)).json());
  const registry = components.find(({ id }) => id === 'registry');
  if (!registry) throw new Error('There is no registry among the components.');
  return registry;
}

/** A worker that has to wait for a core for longer than others wait for its answer is missing, and counted as silent. */
function readMetricsOfAll(url: string): Promise<string> {
  const read = () => readText(url, routes.metrics);
  return readUntil(read, (text) => text.includes('modelrig_workers{state="silent"} 0'));
}

function readRegistryOfAll(url: string) {
  return readUntil(
    () => readRegistry(url),
    ({ reason }) => !reason?.includes('did not answer in time'),
  );
}

async function readUntil<Told>(read: () => Promise<Told>, isWanted: (told: Told) => boolean): Promise<Told> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const told = await read();
    if (isWanted(told)) return told;
    assert.ok(performance.now() < deadline, `not within 60 s: ${JSON.stringify(told)}`);
    await sleep(20);
  }
}

async function readRunReport(url: string, runId: string) {
  const { documents, status, failure_reason } = await waitForEnd(url, runId, 60_000);
  const document = documents['report.json'];
  if (document === undefined) throw new Error(`The run is ${status}: ${failure_reason}`);
  return readReport(await readText(url, document));
}

function sumOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function waitForWorkers(own: ServiceProcess, replaced: number): Promise<void> {
  await waitUntil(`${replaced} workers are replaced`, async () => {
    const text = await readText(own.url, routes.metrics).catch(() => '');
    return (
      sumOf(text, /^modelrig_workers{state="alive"} (\d+)$/gm) === 2 &&
      sumOf(text, /^modelrig_workers_replaced_total (\d+)$/gm) >= replaced
    );
  });
}

function waitForLog(words: string): Promise<void> {
  return waitUntil(`the log says "${words}"`, async () => service.readLog().includes(words));
}

function waitUntilRefused(url: string): Promise<void> {
  return waitUntil('it listens no more', async () => !(await fetch(url + routes.live).catch(() => null)));
}

function waitUntilGone(pids: readonly number[]): Promise<void> {
  return waitUntil('its workers are gone', async () => pids.every((pid) => readCommand(pid) === ''));
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `not within 60 s: ${what}`);
    await sleep(20);
  }
}

async function readBody(socket: Socket): Promise<Buffer> {
  const answer = Buffer.concat(await socket.toArray());
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
}

test.run();
