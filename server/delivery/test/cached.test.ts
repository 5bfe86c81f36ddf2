import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createArtifactReader } from '../../aws/artifact-reader.ts';
import { createDeliveryClient } from '../../aws/clients.ts';
import { askDownload } from '../../http/test/ask-download.ts';
import { openRaw, type RawAnswer, requestRaw } from '../../http/test/raw-request.ts';
import { type ServedRegistry, type ServeOptions, serveRegistry } from '../../http/test/serve-registry.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { replacedKeptMs } from '../../registry/replaced-artifact.ts';
import { sweepUploads } from '../../registry/sweep-uploads.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from '../../test/counting-s3-proxy.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';

const test = suite('cached');
const sizeBytes = 6 * 1024 * 1024;
const silenceMs = 400;
/** Longer than a record of `main` is kept. */
const untilReadAnewMs = 105;
const bytes = {
  big: randomBytes(sizeBytes),
  other: randomBytes(sizeBytes),
  third: randomBytes(sizeBytes),
  small: randomBytes(1024 * 1024),
};
type Model = keyof typeof bytes;
const records = new Map<string, ModelRecord>();
let registry: RegistryFixture;
let s3: CountingS3Proxy;
/** Lets go of the GETs that wait at S3. */
let release: () => void;

test.before(async () => {
  registry = await startRegistry();
  for (const [model, content] of Object.entries(bytes)) records.set(model, await publish(model, content));
  s3 = await startCountingS3Proxy(process.env.AWS_ENDPOINT_URL_S3 ?? '');
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
});

test.after(async () => {
  await s3?.close();
  await registry?.close();
});

test.before.each(() => {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  s3.delayGets(() => promise);
  s3.resetCount();
});

test.after.each(() => {
  release();
  registry.s3.setFault(null);
});

test('100 readers of a cold artifact are one GET at S3, and those who come later are none', async () => {
  await withService({}, async ({ url, cache }) => {
    const cold = download(url, 100, 'small');
    await waitUntil(() => cache.counts.joined === 99);
    release();
    assert.equal(await cold, all(100, 'small'));
    assert.equal(await download(url, 20, 'small'), all(20, 'small'));
    assert.equal(s3.countGets(), { open: 0, most: 1, total: 1 });
    assert.is(cache.counts.misses, 1);
    assert.is(cache.counts.hits, 20);
  });
});

test('readers get bytes while S3 still sends the rest', async () => {
  release();
  registry.s3.setFault({ afterBytes: 3_000_000, act: 'stall', times: 1 });
  await withService({}, async ({ url, cache }) => {
    const reading = await countBytes(url);
    await waitUntil(() => reading.received() > 2_000_000);
    assert.is(cache.space.readUse().fills, 1);
    await waitUntil(() => reading.received() > sizeBytes);
  });
});

test('readers get the first bytes of a slow S3 as they come, however few', async () => {
  release();
  registry.s3.setFault({ afterBytes: 300_000, act: 'stall', times: 1 });
  const client = createDeliveryClient(5);
  // Silent for so long that what readers get is what came before.
  const reader = createArtifactReader(client, { bucket: registry.stores.modelsBucket });
  await withService(
    {},
    async ({ url }) => {
      const reading = await countBytes(url);
      try {
        await waitUntil(() => reading.received() > 290_000);
        assert.is(s3.countGets().total, 1);
      } finally {
        reading.leave();
      }
    },
    { reader },
  );
  client.destroy();
});

test('a leader that leaves takes nothing from the others', async () => {
  release();
  registry.s3.setFault({ afterBytes: 3_000_000, act: 'stall', times: 1 });
  await withService({}, async ({ url, cache }) => {
    const leader = await openRaw(url, line('big'));
    await once(leader, 'data');
    const others = download(url, 5);
    await waitUntil(() => cache.counts.joined === 5);
    leader.destroy();
    assert.equal(await others, all(5));
    assert.is(cache.counts.misses, 1);
  });
});

test('a read that all have left goes on, and the next one finds the whole artifact', async () => {
  await withService({}, async ({ url, cache }) => {
    const leaving = await Promise.all([1, 2, 3].map(() => openRaw(url, line('big'))));
    await waitUntil(() => cache.counts.joined === 2 && s3.countGets().open === 1);
    for (const socket of leaving) socket.destroy();
    release();
    await waitUntil(() => cache.counts.fillsKept === 1);
    assert.equal(await download(url, 1), all(1));
    assert.equal(s3.countGets(), { open: 0, most: 1, total: 1 });
    assert.is(cache.counts.hits, 1);
  });
});

test('a read that all have left ends when S3 stays silent, gives its memory back and is nobody’s error', async () => {
  release();
  registry.s3.setFault({ afterBytes: 2_000_000, act: 'stall', times: 1 });
  const client = createDeliveryClient(5, { answerLimitMs: silenceMs });
  const reader = createArtifactReader(client, { bucket: registry.stores.modelsBucket, silenceMs });
  try {
    await withService(
      {},
      async ({ url, cache }) => {
        const leaving = await openRaw(url, line('big'));
        await waitUntil(() => registry.s3.countStrikes() === 1);
        registry.s3.setFault({ afterBytes: 0, act: 'stall' });
        leaving.destroy();
        await waitUntil(() => cache.counts.fillsFailed === 1);
        const { usedBytes, fills } = cache.space.readUse();
        assert.equal({ usedBytes, fills }, { usedBytes: 0, fills: 0 });
        await waitUntil(() => s3.countGets().open === 0);
        registry.s3.setFault(null);
        assert.equal(await download(url, 1), all(1));
      },
      { reader },
    );
  } finally {
    client.destroy();
  }
});

test('a reader that takes nothing holds up neither the read nor the others', async () => {
  release();
  await withService({ cacheBytes: 64_000_000 }, async ({ url, cache }) => {
    const slow = await openRaw(url, line('big'));
    slow.pause();
    assert.equal(await download(url, 3), all(3));
    assert.is(cache.counts.fillsKept, 1);
    assert.is(s3.countGets().total, 1);
    slow.destroy();
  });
});

test('wrong bytes from S3 are completed for nobody, ranges neither, and are not kept', async () => {
  const { objectKey } = find('big');
  release();
  await registry.artifacts.upload(objectKey, send(bytes.other));
  try {
    await withService({}, async ({ url, cache, errors }) => {
      const asked = ['', '', '\r\nRange: bytes=0-99', '\r\nRange: bytes=1000-2000000'];
      for (const answer of await Promise.all(asked.map((more) => requestRaw(url, line('big') + more)))) {
        assert.is(answer.end, 'reset');
        assert.ok(answer.body.length < announced(answer), `${answer.body.length} bytes`);
      }
      assert.is(cache.counts.fillsFailed, 1);
      await waitUntil(() => cache.space.readUse().usedBytes === 0);
      assert.match(String(errors[0]?.cause), find('big').digest);
      errors.length = 0;
      await registry.artifacts.upload(objectKey, send(bytes.big));
      assert.equal(await download(url, 2), all(2));
      assert.is(s3.countGets().total, 2);
    });
  } finally {
    await registry.artifacts.upload(objectKey, send(bytes.big));
  }
});

test('S3 that breaks off and does not heal resets all who wait, and the next one asks it anew', async () => {
  release();
  registry.s3.setFault({ afterBytes: 2_000_000, act: 'stall', times: 1 });
  await withService({}, async ({ url, cache, errors }) => {
    const answering = together(8, () => requestRaw(url, line('big')));
    await waitUntil(() => registry.s3.countStrikes() === 1 && cache.counts.joined === 7);
    registry.s3.setFault({ afterBytes: 0, act: 'reset' });
    for (const answer of await answering) {
      assert.is(answer.end, 'reset');
      assert.ok(answer.body.length < sizeBytes);
    }
    assert.is(errors.length, 8);
    errors.length = 0;
    registry.s3.setFault(null);
    assert.equal(await download(url, 2), all(2));
    assert.is(cache.counts.fillsFailed, 1);
    assert.is(cache.counts.fillsKept, 1);
  });
});

test('S3 that cannot be reached is a 503 for all who wait, and a 200 once it is back', async () => {
  await withService({}, async ({ url, cache, errors }) => {
    await registry.s3.takeDown();
    try {
      const asking = together(5, () => askDownload(url + path('big')));
      await waitUntil(() => cache.counts.joined === 4);
      release();
      for (const { status, headers } of await asking) {
        assert.is(status, 503);
        assert.ok(Number(headers['retry-after']) > 0);
        assert.is(headers.etag, undefined);
      }
    } finally {
      await registry.s3.restore();
    }
    errors.length = 0;
    assert.equal(await download(url, 1), all(1));
  });
});

test('the limit holds: what was not used for the longest time is read again, the rest is not', async () => {
  release();
  await withService({ cacheBytes: 2.5 * sizeBytes }, async ({ url, cache }) => {
    for (const model of ['big', 'other', 'big', 'third', 'big'] as const) {
      assert.equal(await download(url, 1, model), all(1, model));
    }
    assert.is(s3.countGets().total, 3);
    assert.equal(await download(url, 1, 'other'), all(1, 'other'));
    assert.is(s3.countGets().total, 4);
    const { usedBytes, artifacts, evictions } = cache.space.readUse();
    assert.equal({ usedBytes, artifacts, evictions }, { usedBytes: 2 * sizeBytes, artifacts: 2, evictions: 2 });
  });
});

test('reads under way count against the limit: what has no room beside them is streamed', async () => {
  await withService({ cacheBytes: 1.5 * sizeBytes }, async ({ url, cache }) => {
    const first = download(url, 2, 'big');
    await waitUntil(() => cache.counts.joined === 1);
    const second = download(url, 2, 'other');
    await waitUntil(() => cache.counts.bypassed === 2);
    assert.is(cache.space.readUse().usedBytes, sizeBytes);
    release();
    assert.equal(await first, all(2, 'big'));
    assert.equal(await second, all(2, 'other'));
    assert.is(s3.countGets().total, 3);
  });
});

test('an artifact that somebody still reads is not evicted', async () => {
  release();
  await withService({ cacheBytes: 1.5 * sizeBytes }, async ({ url, cache }) => {
    const slow = await openRaw(url, line('big'));
    await once(slow, 'readable');
    await waitUntil(() => cache.counts.fillsKept === 1);
    assert.equal(await download(url, 1, 'other'), all(1, 'other'));
    assert.is(cache.counts.bypassed, 1);
    slow.destroy();
    await waitUntil(async () => {
      assert.equal(await download(url, 1, 'other'), all(1, 'other'));
      return cache.space.readUse().evictions === 1;
    });
    assert.is(cache.space.readUse().usedBytes, sizeBytes);
  });
});

test('where slow readers hold all that there is room for, others are streamed and counted until they leave', async () => {
  release();
  await withService({ cacheBytes: 2.5 * sizeBytes }, async ({ url, cache }) => {
    const slow = await Promise.all((['big', 'other'] as const).map((model) => openRaw(url, line(model))));
    await Promise.all(slow.map((socket) => once(socket, 'readable')));
    await waitUntil(() => cache.counts.fillsKept === 2);
    assert.equal(await download(url, 10, 'third'), all(10, 'third'));
    assert.is(cache.counts.bypassed, 10);
    assert.is(s3.countGets().total, 12);
    const { usedBytes, evictions } = cache.space.readUse();
    assert.equal({ usedBytes, evictions }, { usedBytes: 2 * sizeBytes, evictions: 0 });
    for (const socket of slow) socket.destroy();
    await waitUntil(async () => {
      assert.equal(await download(url, 1, 'third'), all(1, 'third'));
      return cache.space.readUse().evictions === 1;
    });
    const { bypassed } = cache.counts;
    assert.equal(await download(url, 2, 'third'), all(2, 'third'));
    assert.is(cache.counts.bypassed, bypassed);
  });
});

test('an artifact larger than the limit is streamed, a GET each, and takes no memory', async () => {
  release();
  await withService({ cacheBytes: sizeBytes - 1 }, async ({ url, cache }) => {
    assert.equal(await download(url, 3), all(3));
    assert.is(s3.countGets().total, 3);
    assert.is(cache.counts.bypassed, 3);
    assert.is(cache.space.readUse().usedBytes, 0);
  });
});

test('each answer says whether memory had its bytes, and of those that were streamed for want of room that they were', async () => {
  await withService({ cacheBytes: sizeBytes - 1 }, async ({ url, cache }) => {
    const ask = async (model: Model, headers = {}) => {
      const answer = await askDownload(url + path(model), headers);
      assert.is(answer.headers['x-delivery'], 'cached');
      return answer.headers['cache-status'];
    };
    const cold = together(2, () => ask('small'));
    await waitUntil(() => cache.counts.joined === 1);
    release();
    assert.equal((await cold).sort(), ['modelrig; fwd=miss; collapsed', 'modelrig; fwd=miss; stored']);
    assert.is(await ask('small'), 'modelrig; hit');
    assert.is(await ask('small', { range: 'bytes=5-9' }), 'modelrig; hit');
    assert.is(await ask('big'), 'modelrig; fwd=miss; detail=no-room');
    assert.is(await ask('small', { 'if-none-match': '*' }), undefined);
  });
});

test('ranges, cold and warm, are exactly the bytes asked for, and one GET together', async () => {
  const ranges: readonly (readonly [number, number])[] = [
    [0, 0],
    [0, sizeBytes - 1],
    [1_048_575, 1_048_577],
    [262_144, 4_000_000],
    [sizeBytes - 1, sizeBytes - 1],
    [5, 5],
  ];
  const askAll = (url: string) =>
    together(ranges.length, async (index) => {
      const [start, end] = ranges[index] ?? [0, 0];
      const { status, headers, body } = await askDownload(url + path('big'), {
        Range: `bytes=${start}-${end}`,
      });
      assert.is(status, 206);
      assert.is(headers['content-range'], `bytes ${start}-${end}/${sizeBytes}`);
      assert.ok(body.equals(bytes.big.subarray(start, end + 1)), `${start}-${end}`);
    });
  await withService({}, async ({ url, cache }) => {
    const cold = askAll(url);
    await waitUntil(() => cache.counts.joined === ranges.length - 1);
    release();
    await cold;
    await askAll(url);
    assert.is(s3.countGets().total, 1);
  });
});

test('a version that is published anew is served with its new bytes once its record is read anew', async () => {
  release();
  await withService({}, async ({ url }) => {
    await publish('moving', Buffer.from('old bytes'));
    assert.is((await askDownload(url + path('moving'))).body.toString(), 'old bytes');
    await publish('moving', Buffer.from('new bytes'), true);
    await sleep(untilReadAnewMs);
    const answer = await askDownload(url + path('moving'));
    assert.is(answer.body.toString(), 'new bytes');
    assert.is(answer.headers.etag, `"sha256:${hash(Buffer.from('new bytes'))}"`);
  });
});

test('an artifact that is gone before it is read leads to that of the new record', async () => {
  release();
  const old = await publish('gone', Buffer.from('old bytes'));
  await publish('gone', Buffer.from('new bytes'), true);
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  let asked = 0;
  const models = {
    ...registry.models,
    find: (id: string, version: string) => {
      asked += 1;
      return asked === 1 ? Promise.resolve(old) : registry.models.find(id, version);
    },
  };
  await withService(
    {},
    async ({ url, cache }) => {
      assert.is((await askDownload(url + path('gone'))).body.toString(), 'new bytes');
      assert.is(cache.space.readUse().usedBytes, 'new bytes'.length);
    },
    { models },
  );
});

test('a version replaced while S3 broke off, before its client had a byte, answers the new bytes', async () => {
  const newBytes = randomBytes(1_000_100);
  await publish('shifting', bytes.other);
  const { promise: replaced, resolve } = Promise.withResolvers<void>();
  let gets = 0;
  s3.delayGets(async () => {
    gets += 1;
    if (gets > 1) await replaced;
  });
  registry.s3.setFault({ afterBytes: 500_000, act: 'reset', times: 1 });
  await withService({}, async ({ url }) => {
    const asking = requestRaw(url, `${line('shifting')}\r\nRange: bytes=1000000-`);
    await waitUntil(() => gets === 2);
    await publish('shifting', newBytes, true);
    await sweepUploads(registry, Date.now() + replacedKeptMs);
    resolve();
    const answer = await asking;
    assert.is(answer.status, 206);
    assert.ok(answer.body.equals(newBytes.subarray(1_000_000)), `${answer.body.length} bytes`);
  });
});

test('an artifact without bytes is an empty answer, cold and warm', async () => {
  release();
  await publish('empty', Buffer.alloc(0));
  await withService({}, async ({ url, cache }) => {
    for (let count = 0; count < 2; count += 1) {
      const { status, headers, body } = await askDownload(url + path('empty'));
      assert.is(status, 200);
      assert.is(headers['content-length'], '0');
      assert.is(body.length, 0);
    }
    assert.is(cache.counts.hits, 1);
  });
});

test('two versions of the same bytes are two artifacts', async () => {
  release();
  const twins = ['twin-a', 'twin-b'];
  for (const model of twins) await publish(model, Buffer.from('the same'));
  await withService({}, async ({ url, cache }) => {
    for (const model of [...twins, ...twins]) {
      assert.is((await askDownload(url + path(model))).body.toString(), 'the same');
    }
    assert.is(s3.countGets().total, 2);
    assert.is(cache.counts.hits, 2);
  });
});

test('a service that closes ends reads under way and keeps nothing', async () => {
  let cache: ServedRegistry['cache'] | undefined;
  await withService({}, async (service) => {
    cache = service.cache;
    const socket = await openRaw(service.url, line('big'));
    await waitUntil(() => s3.countGets().open === 1);
    socket.destroy();
  });
  await waitUntil(() => cache?.space.readUse().usedBytes === 0 && s3.countGets().open === 0);
});

async function withService(
  options: ServeOptions,
  act: (service: ServedRegistry) => Promise<void>,
  changed: Partial<RegistryFixture> = {},
): Promise<void> {
  const client = createDeliveryClient(20);
  const reader = createArtifactReader(client, { bucket: registry.stores.modelsBucket, silenceMs });
  const clients = { ...registry.clients, s3: client };
  const service = await serveRegistry(
    { ...registry, reader, clients, ...changed },
    { delivery: 'cached', ...options },
  );
  try {
    await act(service);
    assert.equal(service.errors, []);
  } finally {
    await service.close();
    client.destroy();
  }
}

/** The digests of so many downloads at once. */
function download(url: string, clients: number, model: Model = 'big'): Promise<string[]> {
  return together(clients, async () => hash((await askDownload(url + path(model))).body));
}

/** All answers of so many at once; a test that fails before does not wait for them. */
function together<Answer>(clients: number, ask: (client: number) => Promise<Answer>): Promise<Answer[]> {
  const asking = Promise.all(Array.from({ length: clients }, (_, client) => ask(client)));
  asking.catch(() => {});
  return asking;
}

function all(clients: number, model: Model = 'big'): string[] {
  return Array(clients).fill(hash(bytes[model]));
}

/** A client that counts what it has got so far, head included. */
async function countBytes(url: string) {
  const socket = await openRaw(url, line('big'));
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  return { received: () => received, leave: () => socket.destroy() };
}

function announced({ head }: RawAnswer): number {
  return Number(head.match(/^content-length: (\d+)$/im)?.[1]);
}

function path(model: string): string {
  return `/performance/${model}/main/model.zip`;
}

function line(model: string): string {
  return `GET ${path(model)} HTTP/1.1`;
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function find(model: Model): ModelRecord {
  const record = records.get(model);
  assert.ok(record);
  return record;
}

async function publish(modelId: string, content: Buffer, replace = false): Promise<ModelRecord> {
  return (await publishModel(registry, { modelId, version: 'main', content: send(content), replace })).record;
}

async function* send(content: Uint8Array) {
  yield content;
}

async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isTrue())) {
    assert.ok(performance.now() < deadline, 'not within 20 s');
    await sleep(5);
  }
}

test.run();
