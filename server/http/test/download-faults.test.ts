import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKey } from '../../../contract/object-keys.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import type { ModelStore } from '../../registry/stores.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { openRaw, requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('download faults');
const bytes = randomBytes(6 * 1024 * 1024);
const path = '/performance/big/main/model.zip';
const line = `GET ${path} HTTP/1.1`;
/** One connection to S3, so that one that is not given back is noticed. */
const options = { s3MaxSockets: 1, silenceMs: 300 };
let registry: RegistryFixture;
let service: ServedRegistry;

test.before(async () => {
  registry = await startRegistry(options);
  service = await serveRegistry(registry);
  await publishModel(registry, { modelId: 'big', version: 'main', content: send(bytes) });
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test.before.each(() => {
  service.errors.length = 0;
});

test.after.each(() => {
  registry.s3.setFault(null);
});

test('S3 that resets its connection in mid body ends as a reset, not as a short success', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'reset' });
  const answer = await requestRaw(service.url, line);
  assert.is(answer.status, 200);
  assert.is(answer.end, 'reset');
  assert.ok(answer.body.length < bytes.length);
  assert.is(service.errors.length, 1);
  assert.match(service.errors[0]?.message ?? '', 'performance/big/main/');
});

test('S3 that closes its connection in order in mid body ends as a reset', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'end' });
  const answer = await requestRaw(service.url, line);
  assert.is(answer.end, 'reset');
  assert.ok(answer.body.length < bytes.length);
});

test('S3 that falls silent in mid body ends as a reset', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'stall' });
  const answer = await requestRaw(service.url, line);
  assert.is(answer.end, 'reset');
  assert.match(String(service.errors[0]?.cause), 'silent');
});

test('a client that reads nothing for longer than S3 may be silent gets the whole body in the end', async () => {
  const socket = await openRaw(service.url, line);
  await sleep(4 * options.silenceMs);
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  await once(socket, 'close');
  assert.ok(received > bytes.length, `${received} bytes`);
  assert.equal(service.errors, []);
});

test('a client that leaves in mid body frees its S3 connection at once and is not logged', async () => {
  const socket = await openRaw(service.url, line);
  await once(socket, 'data');
  const during = registry.s3.countConnections();
  socket.resetAndDestroy();
  await waitUntil(() => registry.s3.countConnections() === during - 1);
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
  assert.equal(service.errors, []);
});

test('a client that leaves before S3 has sent a byte frees its S3 connection at once', async () => {
  registry.s3.setFault({ afterBytes: 0, act: 'stall' });
  const socket = await openRaw(service.url, line);
  await sleep(100);
  const during = registry.s3.countConnections();
  socket.destroy();
  await waitUntil(() => registry.s3.countConnections() === during - 1);
  registry.s3.setFault(null);
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
  assert.equal(service.errors, []);
});

test('a download that queues for a connection longer than one may take to come up is served', async () => {
  const first = await openRaw(service.url, line);
  await once(first, 'data');
  first.pause();
  const second = requestRaw(service.url, line);
  await sleep(2_500);
  first.destroy();
  const answer = await second;
  assert.is(answer.status, 200);
  assert.is(answer.body.length, bytes.length);
  assert.equal(service.errors, []);
});

test('S3 that is down answers 503 with Retry-After, and 200 once it is back', async () => {
  await registry.s3.takeDown();
  try {
    const answer = await fetch(`${service.url}${path}`);
    assert.is(answer.status, 503);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.is(answer.headers.get('etag'), null);
    assert.is(answer.headers.get('cache-control'), null);
    assert.match(await answer.text(), 'S3 cannot be reached');
  } finally {
    await registry.s3.restore();
  }
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
});

test('DynamoDB that is down answers 503 with Retry-After, and 200 once it is back', async () => {
  await registry.dynamodb.takeDown();
  try {
    const answer = await fetch(`${service.url}${path}`);
    assert.is(answer.status, 503);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.match(await answer.text(), 'DynamoDB cannot be reached');
  } finally {
    await registry.dynamodb.restore();
  }
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
});

test('a record whose artifact is missing answers 500 and says so in the log', async () => {
  const objectKey = artifactKey('lost', 'main', 'gone');
  const record = await registry.models.find('big', 'main');
  assert.ok(record);
  await registry.models.insert({ ...record, id: 'lost', modelId: 'lost', objectKey });
  const answer = await fetch(`${service.url}/performance/lost/main/model.zip`);
  assert.is(answer.status, 500);
  assert.match(service.errors[0]?.message ?? '', objectKey);
});

test('an artifact whose length is not that of its record is an error, never a body', async () => {
  const record = await registry.models.find('big', 'main');
  assert.ok(record);
  await registry.models.insert({ ...record, id: 'short', modelId: 'short', sizeBytes: bytes.length + 1 });
  const answer = await fetch(`${service.url}/performance/short/main/model.zip`);
  assert.is(answer.status, 500);
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
});

test('a version replaced between its record and its artifact answers the new bytes', async () => {
  const version = { modelId: 'moving', version: 'main' };
  const { record } = await publishModel(registry, { ...version, content: send(Buffer.from('old')) });
  const stale = { ...registry.models, find: findOnce(record) };
  const racing = await serveRegistry({ ...registry, models: stale });
  try {
    await publishModel(registry, { ...version, content: send(Buffer.from('new')), replace: true });
    const answer = await fetch(`${racing.url}/performance/moving/main/model.zip`);
    assert.is(await answer.text(), 'new');
  } finally {
    await racing.close();
  }
});

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 500;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 500 ms');
    await sleep(5);
  }
}

function findOnce(stale: ModelRecord): ModelStore['find'] {
  let asked = false;
  return async (id, version) => {
    if (asked) return registry.models.find(id, version);
    asked = true;
    return stale;
  };
}

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
