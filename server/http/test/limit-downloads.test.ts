import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemSchema } from '../../../contract/problem.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { askDownload } from './ask-download.ts';
import { openRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('limit of downloads');
const path = '/performance/arnir0_Tiny-LLM/main/model.zip';
let registry: RegistryFixture;
let service: ServedRegistry;

test.before(async () => {
  registry = await startRegistry();
  service = await serveRegistry(registry, { downloadLimit: { most: 3, workers: 1 } });
  // More than the kernel's buffers take, so that a client who does not read holds its download up.
  const content = Readable.from(Array.from({ length: 320 }, () => Buffer.alloc(100_000, 'weights')));
  await publishModel(registry, { modelId: 'arnir0/Tiny-LLM', version: 'main', content });
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test('beyond the limit a download is refused at once and told when to come back, and no other request is', async () => {
  const slow = await Promise.all([0, 1, 2].map(() => openRaw(service.url, `GET ${path} HTTP/1.1`)));
  for (const socket of slow) await once(socket, 'readable');
  const startMs = performance.now();
  const refused = await askDownload(service.url + path);
  assert.ok(performance.now() - startMs < 1_000);
  assert.is(refused.status, 503);
  assert.match(String(refused.headers['retry-after']), /^\d+$/);
  const { type, detail } = problemSchema.parse(JSON.parse(refused.body.toString()));
  assert.is(type, 'urn:modelrig:problem:too-many-downloads');
  assert.match(detail, '3 downloads are under way');
  assert.is((await askDownload(service.url + path, {}, 'HEAD')).status, 200);
  slow[0]?.destroy();
  while ((await askDownload(service.url + path, { range: 'bytes=0-9' })).status !== 206) await sleep(20);
  for (const socket of slow) socket.destroy();
});

test('one of several workers says that the limit is its part', async () => {
  const worker = await serveRegistry(registry, { downloadLimit: { most: 1, workers: 2 } });
  const slow = await openRaw(worker.url, `GET ${path} HTTP/1.1`);
  try {
    await once(slow, 'readable');
    const refused = await askDownload(worker.url + path);
    assert.is(refused.status, 503);
    const { detail } = problemSchema.parse(JSON.parse(refused.body.toString()));
    assert.match(detail, '1 downloads are under way in one of 2 workers, which is its part of MAX_DOWNLOADS');
  } finally {
    slow.destroy();
    await worker.close();
  }
});

test('a hundred downloads asked for at once on one connection take one place, and one read of the store', async () => {
  const reads = registry.s3.countConnections();
  const greedy = await openRaw(service.url, `GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`.repeat(100).trimEnd());
  try {
    await once(greedy, 'readable');
    await sleep(200);
    assert.ok(registry.s3.countConnections() - reads <= 1);
    for (let round = 0; round < 2; round += 1) {
      assert.is((await askDownload(service.url + path, { range: 'bytes=0-9' })).status, 206);
    }
  } finally {
    greedy.destroy();
  }
});

test('downloads that have ended, whole or not, are not counted', async () => {
  for (let round = 0; round < 8; round += 1) {
    assert.is((await askDownload(service.url + path, { range: 'bytes=0-9' })).status, 206);
    assert.is((await askDownload(service.url + path, { range: 'bytes=99999999-' })).status, 416);
  }
});

test.run();
