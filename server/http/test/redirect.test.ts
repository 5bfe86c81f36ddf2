import { randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Publication, publishModel } from '../../registry/publish-model.ts';
import { replacedKeptMs } from '../../registry/replaced-artifact.ts';
import { sweepUploads } from '../../registry/sweep-uploads.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { askDownload, type DownloadAnswer } from './ask-download.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('redirect');
const bytes = randomBytes(100_000);
let registry: RegistryFixture;
let service: ServedRegistry;
let tag: string;

test.before(async () => {
  registry = await startRegistry();
  service = await serveRegistry(registry, { delivery: 'redirected' });
  const { record } = await publish('v1', bytes);
  tag = `"${record.digest}"`;
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test('a GET is answered 302 without content, and nobody may keep its address', async () => {
  const { redirect } = await get();
  assert.is(redirect?.headers['content-length'], '0');
  assert.is(redirect?.headers['cache-control'], 'private, no-store');
  assert.is(redirect?.headers['x-delivery'], 'redirected');
});

test('a 302 says nothing that a client could take for its own content', async () => {
  const { redirect } = await get({ range: 'bytes=0-9' });
  for (const name of [
    'etag',
    'repr-digest',
    'last-modified',
    'content-type',
    'content-range',
    'accept-ranges',
  ]) {
    assert.is(redirect?.headers[name], undefined, name);
  }
});

test('the address lasts a quarter of an hour and has S3 answer with our headers', async () => {
  const { searchParams } = new URL((await get()).redirect?.headers.location ?? '');
  assert.is(searchParams.get('X-Amz-Expires'), '900');
  assert.is(searchParams.get('response-content-type'), 'application/zip');
  assert.is(searchParams.get('response-content-disposition'), 'attachment; filename=a_b-v1.zip');
  assert.is(searchParams.get('response-cache-control'), 'public, max-age=31536000, immutable');
});

test('a redirect is made without a question to S3', async () => {
  await registry.s3.takeDown();
  try {
    const answer = await fetch(`${service.url}/performance/a_b/v1/model.zip`, { redirect: 'manual' });
    assert.is(answer.status, 302);
  } finally {
    await registry.s3.restore();
  }
});

test('whoever was sent to S3 when main is replaced gets the old bytes whole, again and again while the address lasts', async () => {
  const old = randomBytes(3_000_000);
  await publish('main', old);
  const { address, endsMs } = await askAddress();
  await publish('main', 'other bytes');
  await publish('main', 'yet other bytes');
  await refuseUpload();
  for (const nowMs of [Date.now(), endsMs]) {
    await sweepUploads(registry, nowMs);
    const answer = await askDownload(address);
    assert.is(answer.status, 200);
    assert.ok(answer.body.equals(old), `${answer.body.length} bytes`);
  }
  assert.is((await askDownload(address, { range: 'bytes=2999999-' })).status, 206);
});

test('once no address of it lasts, a replaced artifact is gone, and nothing in the table tells of it', async () => {
  const { record: old } = await publish('main', 'old bytes');
  const { address } = await askAddress();
  const { record } = await publish('main', 'new bytes');
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  assert.is((await askDownload(address)).status, 404);
  assert.not.ok((await registry.listArtifacts()).includes(old.objectKey));
  assert.equal(await registry.models.uploads.readVersion('a_b', 'main'), {
    record,
    uploads: [],
    replaced: [],
  });
  const item = new GetCommand({
    TableName: registry.stores.modelsTable,
    Key: { model_id: 'a_b', version: 'main' },
  });
  assert.not.ok('replaced' in ((await registry.clients.dynamodb.send(item)).Item ?? {}));
});

test('whoever is sent to S3 by a record of main that was just replaced elsewhere gets the old bytes whole', async () => {
  const { record: old } = await publish('main', 'old bytes');
  await publish('main', 'new bytes');
  const models = { ...registry.models, find: () => Promise.resolve(old) };
  const other = await serveRegistry({ ...registry, models }, { delivery: 'redirected' });
  try {
    const answer = await askDownload(`${other.url}/performance/a_b/main/model.zip`);
    assert.ok(answer.redirect);
    assert.is(answer.status, 200);
    assert.is(answer.body.toString(), 'old bytes');
  } finally {
    await other.close();
  }
});

test('those who ask within 100 ms are sent by one record of main', async () => {
  const { record } = await publish('main', 'bytes');
  const readAtMs: number[] = [];
  const find = async () => {
    readAtMs.push(performance.now());
    return record;
  };
  const other = await serveRegistry(
    { ...registry, models: { ...registry.models, find } },
    { delivery: 'redirected' },
  );
  try {
    const url = `${other.url}/performance/a_b/main/model.zip`;
    for (let count = 0; count < 5; count += 1) {
      assert.is((await fetch(url, { redirect: 'manual' })).status, 302);
    }
    const pausesMs = readAtMs.slice(1).map((atMs, index) => atMs - (readAtMs[index] ?? 0));
    assert.ok(Math.min(...pausesMs) > 90, `${pausesMs} ms`);
  } finally {
    await other.close();
  }
});

test('a plain range and tags that are not ours go on to S3', async () => {
  for (const headers of [
    { range: 'bytes=0-9' },
    { range: 'bytes=500-' },
    { range: 'bytes=-500' },
    { 'if-none-match': '"other"' },
  ]) {
    assert.ok((await get(headers)).redirect, JSON.stringify(headers));
  }
});

test('what S3 would understand otherwise is answered here', async () => {
  const requests: readonly (readonly [number, Record<string, string>])[] = [
    [200, { 'if-match': tag }],
    [206, { 'if-range': tag, range: 'bytes=0-9' }],
    [200, { 'if-range': '"other"', range: 'bytes=0-9' }],
    [200, { 'if-unmodified-since': new Date().toUTCString() }],
    [200, { 'if-modified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' }],
    [304, { 'if-none-match': tag }],
    [412, { 'if-match': '"other"' }],
    [416, { range: 'bytes=100000-' }],
    [200, { range: 'bytes=5-2' }],
    [200, { range: 'bytes=0-1,5-6' }],
    [206, { range: 'bytes=-200000' }],
    [206, { range: 'bytes=0-9,' }],
  ];
  for (const [status, headers] of requests) {
    const answer = await get(headers);
    assert.is(answer.redirect, null, JSON.stringify(headers));
    assert.is(answer.status, status, JSON.stringify(headers));
  }
  assert.equal(service.errors, []);
});

/** Where a download of main is sent, and when S3 takes that address no more. */
async function askAddress(): Promise<{ address: string; endsMs: number }> {
  const { headers } = await fetch(`${service.url}/performance/a_b/main/model.zip`, { redirect: 'manual' });
  const address = headers.get('location') ?? '';
  const { searchParams } = new URL(address);
  const signedAt = (searchParams.get('X-Amz-Date') ?? '').replace(
    /^(....)(..)(..T..)(..)(..Z)$/,
    '$1-$2-$3:$4:$5',
  );
  return { address, endsMs: Date.parse(signedAt) + Number(searchParams.get('X-Amz-Expires')) * 1_000 };
}

/** One that cleans up after itself. */
async function refuseUpload(): Promise<void> {
  const content = (async function* () {
    yield Buffer.from('bytes');
  })();
  const digest = `sha256:${'0'.repeat(64)}`;
  const request = { modelId: 'a/b', version: 'main', content, replace: true, digest };
  const error = await publishModel(registry, request).catch((reason: unknown) => reason);
  assert.match(String(error), 'announced as');
}

function get(headers: Record<string, string> = {}): Promise<DownloadAnswer> {
  return askDownload(`${service.url}/performance/a_b/v1/model.zip`, headers);
}

function publish(version: string, bytes: string | Buffer): Promise<Publication> {
  const content = (async function* () {
    yield Buffer.from(bytes);
  })();
  return publishModel(registry, { modelId: 'a/b', version, content, replace: true });
}

test.run();
