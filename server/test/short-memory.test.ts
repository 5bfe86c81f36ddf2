import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { skip } from '../../scripts/testing/skip.ts';
import { askDownload } from '../http/test/ask-download.ts';
import { openRaw } from '../http/test/raw-request.ts';
import { publishModel } from '../registry/publish-model.ts';
import { openMemoryLimit } from './limit-memory.ts';
import { type RegistryFixture, startRegistry } from './registry-fixture.ts';
import { startServiceProcess } from './start-service-process.ts';

const test = suite('short memory');
const mebibyte = 1024 * 1024;
const bytes = randomBytes(16 * mebibyte);
const digest = hash(bytes);
/** More than what is allowed has room for beside the service itself. */
const models = Array.from({ length: 16 }, (_, index) => `short-${index}`);
const limit = await openMemoryLimit(320 * mebibyte);
let registry: RegistryFixture;

test.before(async () => {
  registry = await startRegistry();
  for (const modelId of models) {
    await publishModel(registry, { modelId, version: 'main', content: send(bytes) });
  }
});

test.after(async () => {
  await registry?.close();
  await limit?.close();
});

test('where nothing is left for artifacts all of them are streamed', async () => {
  const service = await startServiceProcess(registry.stores, { CACHE_BYTES: '0' });
  try {
    for (const model of ['short-0', 'short-1', 'short-0']) {
      assert.is(hash((await askDownload(service.url + path(model))).body), digest);
    }
    assert.is(await readMetric(service.url, 'modelrig_cache_requests_total{result="bypassed"}'), 3);
  } finally {
    await service.close();
  }
});

if (limit === null) skip(test, 'a service that a cgroup allows 320 MiB', 'a cgroup is made by root');
else {
  test('a service that a cgroup allows 320 MiB keeps to them: slow readers get whole bodies, others a 503', async () => {
    const settings = { MAX_DOWNLOADS: String(models.length) };
    const service = await startServiceProcess(registry.stores, settings, { prelude: limit.prelude });
    const readers: Socket[] = [];
    try {
      for (const model of models) {
        const reader = await openRaw(service.url, `GET ${path(model)} HTTP/1.1`);
        readers.push(reader);
        await once(reader, 'readable');
      }
      const refused = await askDownload(service.url + path('short-0'));
      assert.is(refused.status, 503);
      assert.ok(Number(refused.headers['retry-after']) > 0);
      for (const reader of readers) assert.is(await readDigest(reader), digest);
      assert.is(hash((await askDownload(service.url + path('short-0'))).body), digest);
      assert.is(await readMetric(service.url, 'modelrig_cache_limit_bytes'), 32 * mebibyte);
      assert.is(service.readLog(), '');
    } finally {
      for (const reader of readers) reader.destroy();
      await service.close();
    }
  });
}

/** Of what is left of an answer, its head apart. */
async function readDigest(reader: Socket): Promise<string> {
  const answer = Buffer.concat(await reader.toArray());
  return hash(answer.subarray(answer.indexOf('\r\n\r\n') + 4));
}

async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(url + routes.metrics)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

function hash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function path(model: string): string {
  return `/performance/${model}/main/model.zip`;
}

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
