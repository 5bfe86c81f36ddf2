import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKey } from '../../../contract/object-keys.ts';
import { createArtifactReader } from '../../aws/artifact-reader.ts';
import { createDeliveryClient } from '../../aws/clients.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { replacedKeptMs } from '../../registry/replaced-artifact.ts';
import type { ModelStore } from '../../registry/stores.ts';
import { sweepUploads } from '../../registry/sweep-uploads.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { openRaw, requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('download faults');
const bytes = randomBytes(6 * 1024 * 1024);
const path = '/performance/big/main/model.zip';
const line = `GET ${path} HTTP/1.1`;
/** One connection to S3, so that one that is not given back is noticed. */
const limits = { answerLimitMs: 300, silenceMs: 300 };
let registry: RegistryFixture;
let deliveryClient: S3Client;
let service: ServedRegistry;

test.before(async () => {
  const fixture = await startRegistry();
  deliveryClient = createDeliveryClient(1, limits);
  const { modelsBucket: bucket } = fixture.stores;
  registry = { ...fixture, reader: createArtifactReader(deliveryClient, { bucket, ...limits }) };
  service = await serveRegistry(registry);
  await publishModel(registry, { modelId: 'big', version: 'main', content: send(bytes) });
});

test.after(async () => {
  await service?.close();
  deliveryClient?.destroy();
  await registry?.close();
});

test.before.each(() => {
  service.errors.length = 0;
});

test.after.each(() => {
  registry.s3.setFault(null);
});

for (const act of ['reset', 'end', 'stall'] as const) {
  test(`S3 whose connection breaks in mid body (${act}) is asked for the rest, and the body is whole`, async () => {
    registry.s3.setFault({ afterBytes: 1_000_000, act, times: 2 });
    const answer = await requestRaw(service.url, line);
    assert.is(answer.status, 200);
    assert.ok(answer.body.equals(bytes), `${answer.body.length} bytes`);
    assert.equal(service.errors, []);
  });
}

test('a range is completed just the same, and has no byte beyond its end', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'reset', times: 2 });
  const answer = await fetch(`${service.url}${path}`, { headers: { Range: 'bytes=1000000-4999999' } });
  assert.is(answer.status, 206);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(1_000_000, 5_000_000)));
});

test('S3 that breaks off in mid body and does not heal ends as a reset, not as a short success', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'reset', times: 1 });
  const answering = requestRaw(service.url, line);
  await waitUntil(() => registry.s3.countStrikes() === 1);
  registry.s3.setFault({ afterBytes: 0, act: 'reset' });
  const answer = await answering;
  assert.is(answer.status, 200);
  assert.is(answer.end, 'reset');
  assert.ok(answer.body.length < bytes.length);
  assert.is(service.errors.length, 1);
  assert.match(service.errors[0]?.message ?? '', 'performance/big/main/');
});

test('wrong bytes of the right length never arrive whole, and the log has both digests', async () => {
  const record = await findBig();
  const other = `sha256:${'0'.repeat(64)}`;
  const wrong = await serveRecord({ ...record, digest: other });
  try {
    for (const range of ['', `\r\nRange: bytes=0-${bytes.length - 1}`]) {
      const answer = await requestRaw(wrong.url, `${line}${range}`);
      assert.is(answer.end, 'reset');
      assert.ok(answer.body.length < bytes.length);
    }
    assert.match(String(wrong.errors[0]?.cause), record.digest);
    assert.match(String(wrong.errors[0]?.cause), other);
  } finally {
    await wrong.close();
  }
});

test('bytes of two objects are never joined, though no digest covers the range', async () => {
  const { record } = await publishModel(registry, {
    modelId: 'torn',
    version: 'main',
    content: send(randomBytes(bytes.length)),
  });
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'stall', times: 1 });
  const answering = requestRaw(service.url, 'GET /performance/torn/main/model.zip HTTP/1.1\r\nRange: bytes=1-');
  await waitUntil(() => registry.s3.countStrikes() === 1);
  await registry.artifacts.upload(record.objectKey, send(bytes));
  const answer = await answering;
  assert.is(answer.status, 206);
  assert.is(answer.end, 'reset');
  assert.match(String(service.errors[0]?.cause), 'was replaced while it was read');
});

test('a client that reads nothing for longer than S3 may be silent gets the whole body in the end', async () => {
  const socket = await openRaw(service.url, line);
  await sleep(4 * limits.silenceMs);
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
  await waitUntil(() => registry.s3.countStrikes() === 1);
  const during = registry.s3.countConnections();
  socket.destroy();
  await waitUntil(() => registry.s3.countConnections() === during - 1);
  registry.s3.setFault(null);
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
  assert.equal(service.errors, []);
});

test('a download that queues for a connection longer than one may take to come up and answer is served', async () => {
  const first = await openRaw(service.url, line);
  await once(first, 'data');
  first.pause();
  const second = requestRaw(service.url, line);
  await sleep(2_200);
  first.destroy();
  const answer = await second;
  assert.is(answer.status, 200);
  assert.is(answer.body.length, bytes.length);
  assert.equal(service.errors, []);
});

test('S3 that accepts requests and answers none is 503 with Retry-After, and 200 once it answers', async () => {
  registry.s3.setFault({ afterBytes: 0, act: 'stall' });
  const answer = await fetch(`${service.url}${path}`);
  assert.is(answer.status, 503);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  await answer.body?.cancel();
  registry.s3.setFault({ afterBytes: 0, act: 'stall', times: 1 });
  assert.ok((await requestRaw(service.url, line)).body.equals(bytes));
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
  // Beyond the time for which the record that the test before asked for is kept.
  await sleep(110);
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
  const objectKey = artifactKey('big', 'main', 'gone');
  const lost = await serveRecord({ ...(await findBig()), objectKey });
  try {
    assert.is((await fetch(`${lost.url}${path}`)).status, 500);
    assert.match(lost.errors[0]?.message ?? '', objectKey);
  } finally {
    await lost.close();
  }
});

test('an artifact whose length is not that of its record is an error, never a body', async () => {
  const short = await serveRecord({ ...(await findBig()), sizeBytes: bytes.length + 1 });
  try {
    for (const headers of [{}, { Range: 'bytes=9-99' }]) {
      assert.is((await fetch(`${short.url}${path}`, { headers })).status, 500);
    }
  } finally {
    await short.close();
  }
  assert.is((await requestRaw(service.url, line)).body.length, bytes.length);
});

test('a version replaced between its record and its artifact, which is gone, answers the new bytes', async () => {
  const version = { modelId: 'moving', version: 'main' };
  const { record } = await publishModel(registry, { ...version, content: send(Buffer.from('old')) });
  const stale = { ...registry.models, find: findOnce(record) };
  const racing = await serveRegistry({ ...registry, models: stale });
  try {
    await publishModel(registry, { ...version, content: send(Buffer.from('new')), replace: true });
    await sweepUploads(registry, Date.now() + replacedKeptMs);
    const answer = await fetch(`${racing.url}/performance/moving/main/model.zip`);
    assert.is(await answer.text(), 'new');
  } finally {
    await racing.close();
  }
});

async function findBig(): Promise<ModelRecord> {
  const record = await registry.models.find('big', 'main');
  assert.ok(record);
  return record;
}

/** A service whose records all are this one. */
function serveRecord(record: ModelRecord): Promise<ServedRegistry> {
  return serveRegistry({ ...registry, models: { ...registry.models, find: async () => record } });
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 2 s');
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
