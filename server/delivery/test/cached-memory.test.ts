import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../contract/routes.ts';
import { askDownload } from '../../http/test/ask-download.ts';
import { openRaw } from '../../http/test/raw-request.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';

const test = suite('memory of cached');
const mebibyte = 1024 * 1024;
const sizeBytes = 12 * mebibyte;
const cacheBytes = 30 * mebibyte;
const models = Array.from({ length: 6 }, (_, index) => `memory-${index}`);
let registry: RegistryFixture;
let service: ServiceProcess;

test.before(async () => {
  registry = await startRegistry();
  for (const modelId of models) {
    await publishModel(registry, { modelId, version: 'main', content: send(randomBytes(sizeBytes)) });
  }
  // With a heap that is collected early, memory is what is held and not what is left over.
  process.env.NODE_OPTIONS = '--max-semi-space-size=1 --max-old-space-size=96';
  service = await startServiceProcess(registry.stores, { DELIVERY: 'cached', CACHE_BYTES: String(cacheBytes) });
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test('200 slow readers of one artifact take no memory of their own', async () => {
  await download('memory-0');
  await Promise.all(Array.from({ length: 200 }, () => readRange('memory-0')));
  const before = await readMetric('process_resident_memory_bytes');
  const readers = await Promise.all(
    Array.from({ length: 200 }, () => openRaw(service.url, `GET ${path('memory-0')} HTTP/1.1`)),
  );
  try {
    await Promise.all(readers.map((socket) => once(socket, 'readable')));
    for (const socket of readers) assert.match(String(socket.read(12)), 'HTTP/1.1 200');
    await sleep(500);
    const grown = (await readMetric('process_resident_memory_bytes')) - before;
    assert.ok(grown < 32 * mebibyte, `${grown / mebibyte} MiB`);
  } finally {
    for (const socket of readers) socket.destroy();
  }
});

test('artifacts that come and go by far more than the limit leave little behind until it is collected', async () => {
  const before = await readMetric('process_resident_memory_bytes');
  for (let round = 0; round < 4; round += 1) {
    for (const model of models) {
      await download(model);
      assert.ok((await readMetric('modelrig_cache_bytes')) <= cacheBytes);
      const grown = (await readMetric('process_resident_memory_bytes')) - before;
      assert.ok(grown < cacheBytes + 100 * mebibyte, `${grown / mebibyte} MiB`);
    }
  }
  assert.ok((await readMetric('modelrig_cache_evictions_total')) > 15);
});

async function download(model: string): Promise<void> {
  assert.is((await askDownload(service.url + path(model))).body.length, sizeBytes);
}

async function readRange(model: string): Promise<void> {
  assert.is((await askDownload(service.url + path(model), { Range: 'bytes=0-99' })).body.length, 100);
}

async function readMetric(name: string): Promise<number> {
  const text = await (await fetch(service.url + routes.metrics)).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
}

function path(model: string): string {
  return `/performance/${model}/main/model.zip`;
}

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
