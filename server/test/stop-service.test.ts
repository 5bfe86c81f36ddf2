import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { openRaw, requestRaw } from '../http/test/raw-request.ts';
import { publishModel } from '../registry/publish-model.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from './counting-s3-proxy.ts';
import { type RegistryFixture, startRegistry } from './registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('stop service');
const small = randomBytes(200_000);
/** More than the kernel takes for a client that does not read. */
const big = randomBytes(6 * 1024 * 1024);
let registry: RegistryFixture;
let s3: CountingS3Proxy;

test.before(async () => {
  registry = await startRegistry();
  await publishModel(registry, { modelId: 'small', version: 'main', content: send(small) });
  await publishModel(registry, { modelId: 'big', version: 'main', content: send(big) });
  s3 = await startCountingS3Proxy(registry.s3.url);
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
});

test.after(async () => {
  await s3?.close();
  await registry?.close();
});

test('SIGTERM during 100 downloads: readiness falls first, who reads on gets all, the rest is reset, exit 0', async () => {
  const service = await startService('streamed');
  const gate = Promise.withResolvers<void>();
  try {
    const inBody = await Promise.all(Array.from({ length: 10 }, () => download(service.url, 'big')));
    await Promise.all(inBody.map(waitForData));
    s3.delayGets(() => gate.promise);
    const atStore = await Promise.all(Array.from({ length: 90 }, () => download(service.url, 'small')));
    while (s3.countGets().open < 90) await sleep(20);
    // To the end of its connection, or it may count as an answer that is under way.
    const readyBefore = await requestRaw(service.url, `GET ${routes.ready} HTTP/1.1`);
    assert.is(readyBefore.status, 200);

    service.kill('SIGTERM');
    const ready = await waitForStatus(`${service.url}${routes.ready}`, 503);
    assert.match(await ready.text(), 'stops');
    assert.is((await fetch(`${service.url}${routes.live}`)).status, 200);

    gate.resolve();
    assert.is(await countWhole(atStore, small), 90);
    assert.is(await countWhole(inBody.slice(3), big), 7);
    assert.is(await service.ended, 0);
    const rest = await Promise.all(inBody.slice(0, 3).map(readToEnd));
    assert.equal(new Set(rest.map(({ end }) => end)), new Set(['ECONNRESET']));
    assert.match(service.readLog(), '"answers":100');
    assert.match(service.readLog(), '3 answers were reset');
  } finally {
    s3.delayGets(null);
    await service.close();
  }
});

test('SIGTERM cuts no body that waits for its client, and the service ends with the last of them', async () => {
  await Promise.all(['buffered', 'cached'].map(stopWhileClientsWait));
});

async function stopWhileClientsWait(strategy: string): Promise<void> {
  const service = await startService(strategy);
  try {
    const kept = () => download(service.url, 'big', 'keep-alive');
    const sockets = await Promise.all(Array.from({ length: 10 }, kept));
    await Promise.all(sockets.map(waitForData));
    service.kill('SIGTERM');
    await waitUntilRefused(service.url);
    const startMs = performance.now();
    assert.is(await countWhole(sockets, big), 10);
    assert.is(await service.ended, 0);
    // Kept connections are idle for five seconds before their time is over.
    assert.ok(performance.now() - startMs < 4_000);
  } finally {
    await service.close();
  }
}

/** Off loopback, where something may route to it. */
async function startService(strategy: string): Promise<ServiceProcess> {
  const service = await startServiceProcess(registry.stores, {
    DELIVERY: strategy,
    LOG_LEVEL: 'info',
    HOST: '0.0.0.0',
    TRIGGER_TOKEN: 'a-token-of-this-test',
  });
  return { ...service, url: service.url.replace('0.0.0.0', '127.0.0.1') };
}

async function* send(content: Uint8Array) {
  yield content;
}

/** Nobody reads it yet. */
function download(url: string, model: string, connection?: 'keep-alive'): Promise<Socket> {
  return openRaw(url, `GET /performance/${model}/main/model.zip HTTP/1.1`, connection);
}

async function waitForData(socket: Socket): Promise<void> {
  if (socket.readableLength === 0) await once(socket, 'readable');
}

async function waitForStatus(url: string, status: number): Promise<Response> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await fetch(url);
    if (answer.status === status) return answer;
    await answer.body?.cancel();
    assert.ok(performance.now() < deadline, `not ${status} within 20 s`);
    await sleep(20);
  }
}

async function waitUntilRefused(url: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (await fetch(`${url}${routes.live}`).catch(() => null)) {
    assert.ok(performance.now() < deadline, 'still listens after 10 s');
    await sleep(20);
  }
}

async function countWhole(sockets: readonly Socket[], bytes: Buffer): Promise<number> {
  const answers = await Promise.all(sockets.map(readToEnd));
  return answers.filter(({ body, end }) => end === 'closed' && body.equals(bytes)).length;
}

async function readToEnd(socket: Socket) {
  const chunks: Buffer[] = [];
  let end = 'closed';
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code ?? String(error);
  });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close').catch(() => {});
  const answer = Buffer.concat(chunks);
  return { end, body: answer.subarray(answer.indexOf('\r\n\r\n') + 4) };
}

test.run();
