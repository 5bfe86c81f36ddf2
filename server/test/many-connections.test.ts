import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { environment } from '../../contract/environment.ts';
import { routes } from '../../contract/routes.ts';
import { divideOpenFiles, readFileLimit } from '../open-files.ts';
import { publishModel } from '../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from './registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('many connections');
const bytes = randomBytes(2_000_000);
const s3Sockets = Number(environment.S3_MAX_SOCKETS.default);
const path = '/performance/big/main/model.zip';
let registry: RegistryFixture;

test.before(async () => {
  registry = await startRegistry();
  const content = (async function* () {
    yield bytes;
  })();
  await publishModel(registry, { modelId: 'big', version: 'main', content });
});

test.after(() => registry?.close());

test('10,000 idle connections, or as many as a process may open, leave the service quick and take 24 KiB each at most', async () => {
  const count = Math.min(10_000, divideOpenFiles(readFileLimit(), s3Sockets).forClients - 20);
  const service = await startServiceProcess(registry.stores, {});
  const idle: Socket[] = [];
  try {
    await download(service.url);
    const before = await readMemory(service.pid);
    while (idle.length < count) {
      const more = Array.from({ length: Math.min(500, count - idle.length) }, () => open(service.url));
      await Promise.all(more.map((socket) => once(socket, 'connect')));
      idle.push(...more);
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => timeAnswer(service.url)));
    assert.ok(Math.max(...answers) < 2_000, `${answers} ms`);
    const open_ = (await countDescriptors(service)) ?? count;
    assert.ok(open_ >= count, `${open_} of ${count} are open`);
    const each = ((await readMemory(service.pid)) - before) / count;
    assert.ok(each < 24 * 1024, `${each} bytes each`);
    assert.is((await download(service.url)).length, bytes.length);
    assert.is(service.readLog(), '');
  } finally {
    for (const socket of idle) socket.destroy();
    await service.close();
  }
});

test('with more connections than it may open files the service serves those who are there, and everybody afterwards', async () => {
  const service = await startServiceProcess(registry.stores, {}, { prelude: 'ulimit -n 100' });
  const sockets = Array.from({ length: 150 }, () => open(service.url));
  try {
    const late = await waitForClosed(sockets, 100);
    assert.is(late.length, 100);
    const [here] = sockets.filter((socket) => !late.includes(socket));
    here?.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.ok((await here?.toArray())?.at(-1));
    assert.ok((here?.bytesRead ?? 0) > bytes.length);
    assert.match(service.readLog(), 'all 50 connections');
    assert.match(service.readLog(), 'ulimit -n');
    for (const socket of sockets) socket.destroy();
    await waitUntilServed(service.url);
  } finally {
    for (const socket of sockets) socket.destroy();
    await service.close();
  }
});

test('a service without a descriptor left for its stores (EMFILE) answers 503 with Retry-After, says what to raise, and recovers', async () => {
  const service = await startServiceProcess(registry.stores, {}, { prelude: 'ulimit -n 40' });
  const sockets = Array.from({ length: 60 }, () => open(service.url));
  try {
    const late = await waitForClosed(sockets, 40);
    const [here] = sockets.filter((socket) => !late.includes(socket));
    here?.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const answer = Buffer.concat((await here?.toArray()) ?? []).toString();
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.match(answer, /^Retry-After: \d+\r$/m);
    assert.match(service.readLog(), /cannot be reached for \w+ on \w+ \S+ \(EMFILE\): .*ulimit -n/);
    for (const socket of sockets) socket.destroy();
    await waitUntilServed(service.url);
  } finally {
    for (const socket of sockets) socket.destroy();
    await service.close();
  }
});

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => {});
}

async function download(url: string): Promise<Buffer> {
  const answer = await fetch(url + path);
  assert.is(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

/** On a new connection. */
async function timeAnswer(url: string): Promise<number> {
  const startMs = performance.now();
  const answer = await fetch(url + routes.live, { headers: { connection: 'close' } });
  assert.is(answer.status, 200);
  await answer.text();
  return performance.now() - startMs;
}

async function waitForClosed(sockets: readonly Socket[], count: number): Promise<Socket[]> {
  for (const socket of sockets) socket.once('end', () => socket.destroy());
  for (const socket of sockets) socket.pause().read(0);
  const deadline = performance.now() + 10_000;
  for (;;) {
    const closed = sockets.filter((socket) => socket.destroyed || socket.readableEnded);
    if (closed.length >= count) return closed;
    assert.ok(performance.now() < deadline, `${closed.length} of ${count} are closed after 10 s`);
    await sleep(50);
  }
}

async function waitUntilServed(url: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const body = await download(url).catch(() => null);
    if (body?.equals(bytes)) return;
    assert.ok(performance.now() < deadline, 'not served within 10 s');
    await sleep(50);
  }
}

/** Null where nothing tells. */
async function countDescriptors({ pid }: ServiceProcess): Promise<number | null> {
  return readdir(`/proc/${pid}/fd`).then(
    (names) => names.length,
    () => null,
  );
}

/** Resident bytes of a process; 0 where nothing tells. */
async function readMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return 1_024 * Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1] ?? 0);
}

test.run();
