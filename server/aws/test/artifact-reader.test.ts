import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DomainError } from '../../domain-error.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import type { ArtifactReader } from '../../registry/stores.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from '../../test/counting-s3-proxy.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { createArtifactReader } from '../artifact-reader.ts';
import { createDeliveryClient } from '../clients.ts';
import { createModelStore } from '../model-store.ts';

const test = suite('artifact reader');
const bytes = randomBytes(4 * 1024 * 1024);
const limits = { answerLimitMs: 300, silenceMs: 300 };
const forever = new AbortController().signal;
let registry: RegistryFixture;
let counting: CountingS3Proxy;
let s3: S3Client;
let reader: ArtifactReader;
let record: ModelRecord;

test.before(async () => {
  registry = await startRegistry();
  ({ record } = await publishModel(registry, { modelId: 'm', version: 'main', content: send(bytes) }));
  counting = await startCountingS3Proxy(registry.s3.url);
  process.env.AWS_ENDPOINT_URL_S3 = counting.url;
  // One connection, so that one that is not given back is noticed.
  s3 = createDeliveryClient(1, limits);
  reader = createArtifactReader(s3, { bucket: registry.stores.modelsBucket, ...limits });
});

test.after(async () => {
  s3?.destroy();
  await counting?.close();
  await registry?.close();
});

test.before.each(async () => {
  await waitUntil(() => counting.countGets().open === 0);
  counting.resetCount();
});

test.after.each(() => {
  registry.s3.setFault(null);
  counting.delayGets(null);
});

test('a request for the rest queues for a free connection, however long that takes', async () => {
  const { receiving, second } = await breakFirstOfTwo(forever);
  await sleep(2 * limits.answerLimitMs);
  assert.is(counting.countGets().most, 1);
  second.destroy();
  assert.ok((await receiving).equals(bytes));
  assert.is(counting.countGets().total, 3);
});

test('a reader who leaves while the request for the rest queues takes nothing with him', async () => {
  const leaving = new AbortController();
  const { receiving, second } = await breakFirstOfTwo(leaving.signal);
  await sleep(200);
  leaving.abort();
  await receiving.then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, 'Premature close'),
  );
  assert.ok((await buffer(second)).equals(bytes));
  assert.is(counting.countGets().total, 2);
});

test('the rest is not asked for before its reader wants it', async () => {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'reset', times: 1 });
  const body = await open();
  await waitUntil(() => counting.countGets().open === 0);
  await sleep(200);
  assert.is(counting.countGets().total, 1);
  assert.ok((await buffer(body)).equals(bytes));
  assert.is(counting.countGets().total, 2);
});

test('a body that is destroyed frees its connection at once', async () => {
  const body = await open();
  await once(body, 'readable');
  body.destroy();
  await waitUntil(() => counting.countGets().open === 0);
  assert.ok((await buffer(await open())).equals(bytes));
});

test('S3 that never answers is asked three times, and no longer than its limit each', async () => {
  counting.delayGets(() => new Promise(() => {}));
  const startMs = performance.now();
  await refused('stores_unavailable', reader.open(record, null, forever), 'S3 cannot be reached');
  assert.is(counting.countGets().total, 3);
  assert.ok(performance.now() - startMs < 4 * limits.answerLimitMs + 500);
});

test('the time that this thread stood still is none that S3 took to answer', async () => {
  counting.delayGets(() => sleep(50));
  const opening = reader.open(record, null, forever);
  await waitUntil(() => counting.countGets().open === 1);
  const untilMs = performance.now() + 2 * limits.answerLimitMs;
  while (performance.now() < untilMs);
  assert.ok((await buffer((await opening) as Readable)).equals(bytes));
  assert.is(counting.countGets().total, 1);
});

test('a range that covers everything is checked as the whole is', async () => {
  const other = { ...record, digest: `sha256:${'0'.repeat(64)}` };
  const body = await reader.open(other, { start: 0, end: bytes.length - 1 }, forever);
  const received: Buffer[] = [];
  body?.on('data', (chunk) => received.push(chunk));
  const [error] = (await once(body as Readable, 'error')) as [Error];
  assert.match(error.message, other.digest);
  assert.ok(Buffer.concat(received).length < bytes.length);
});

test('a range that ends within the artifact is its bytes and no others', async () => {
  const body = await reader.open(record, { start: 5, end: 5 }, forever);
  assert.equal(await buffer(body as Readable), bytes.subarray(5, 6));
});

test('a bucket and a table that are missing are named in the log, not to the client', async () => {
  const lost = createArtifactReader(s3, { bucket: 'no-such-bucket' });
  const missing = await refused('stores_missing', lost.open(record, null, forever), 'S3 does not have');
  assert.not.match(missing.message, 'no-such-bucket');
  assert.match(missing.logLine ?? '', /GetObject on bucket no-such-bucket .*NoSuchBucket.*set MODELS_BUCKET/);
  const models = createModelStore(registry.clients.dynamodb, 'no-such-table');
  const { logLine = '' } = await refused('stores_missing', models.find('m', 'main'), 'DynamoDB does not have');
  assert.match(logLine, /GetItem on table no-such-table .*set MODELS_TABLE/);
});

/** The first breaks off after a megabyte, and its connection goes to the second, which is not read. */
async function breakFirstOfTwo(signal: AbortSignal): Promise<{ receiving: Promise<Buffer>; second: Readable }> {
  registry.s3.setFault({ afterBytes: 1_000_000, act: 'reset', times: 1 });
  const first = await open(signal);
  const opening = open();
  const receiving = buffer(first);
  return { receiving, second: await opening };
}

async function open(signal = forever): Promise<Readable> {
  const body = await reader.open(record, null, signal);
  assert.ok(body);
  return body;
}

async function refused(code: string, call: Promise<unknown>, message: string): Promise<DomainError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) throw error ?? new Error('It succeeded.');
  assert.is(error.code, code);
  assert.match(error.message, message);
  return error;
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 2 s');
    await sleep(5);
  }
}

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
