import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../contract/routes.ts';
import { createArtifactReader } from '../../aws/artifact-reader.ts';
import { createDeliveryClient } from '../../aws/clients.ts';
import { askDownload } from '../../http/test/ask-download.ts';
import { openRaw } from '../../http/test/raw-request.ts';
import { type ServedRegistry, type ServeOptions, serveRegistry } from '../../http/test/serve-registry.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type CountingS3Proxy, startCountingS3Proxy } from '../../test/counting-s3-proxy.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';

const test = suite('counted at S3');
const bytes = randomBytes(50_000);
const path = '/performance/counted/main/model.zip';
const largePath = '/performance/large/main/model.zip';
let registry: RegistryFixture;
let s3: CountingS3Proxy;
/** A process of its own: this one has to count while it stands still. */
let blocking: ServiceProcess;
/** Lets go of the GETs that wait at S3. */
let release: () => void;

test.before(async () => {
  registry = await startRegistry();
  await publish('counted', bytes);
  await publish('large', Buffer.alloc(12 * 1024 * 1024, 'weights'));
  s3 = await startCountingS3Proxy(process.env.AWS_ENDPOINT_URL_S3 ?? '');
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
  blocking = await startServiceProcess(registry.stores, { DELIVERY: 'blocking', DOWNLOAD_CONCURRENCY: '4' });
});

test.after(async () => {
  await blocking?.close();
  await s3?.close();
  await registry?.close();
});

test.after.each(() => {
  release();
});

test.before.each(() => {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  s3.delayGets(() => promise);
  s3.resetCount();
});

test('blocking never has two GETs open at S3, and nothing else is answered while one is', async () => {
  const downloads = download(blocking.url, 10);
  await waitUntil(() => s3.countGets().open === 1);
  let isLive = false;
  const live = fetch(blocking.url + routes.live).then(() => {
    isLive = true;
  });
  await sleep(300);
  assert.is(isLive, false);
  release();
  await live;
  assert.equal(await downloads, all(10));
  assert.equal(s3.countGets(), { open: 0, most: 1, total: 10 });
});

test('blocking reads next to nothing for clients that left while it stood still, accepted or not', async () => {
  const first = download(blocking.url, 1);
  await waitUntil(() => s3.countGets().open === 1);
  const sockets = await Promise.all(
    Array.from({ length: 80 }, () => openRaw(blocking.url, `GET ${path} HTTP/1.1`)),
  );
  for (const socket of sockets) socket.destroy();
  await sleep(100);
  release();
  assert.equal(await first, all(1));
  assert.is((await fetch(blocking.url + routes.live)).status, 200);
  await sleep(500);
  assert.ok(s3.countGets().total <= 3, `${s3.countGets().total} GETs`);
});

test('streamed answers other requests at once while S3 keeps its downloads waiting', async () => {
  await withRegistry({ delivery: 'streamed' }, 10, async ({ url }) => {
    const downloads = download(url, 5);
    await waitUntil(() => s3.countGets().open === 5);
    assert.is((await fetch(`${url}/live`)).status, 200);
    release();
    assert.equal(await downloads, all(5));
  });
});

test('buffered with 32 has 32 GETs of 100 clients open at S3, never more, and shows the others queue', async () => {
  await withRegistry({ delivery: 'buffered', downloadConcurrency: 32 }, 150, async ({ url, delivery }) => {
    const downloads = download(url, 100);
    await waitUntil(() => delivery.readLoad?.().queued === 68);
    await waitUntil(() => s3.countGets().open === 32);
    assert.equal(delivery.readLoad?.(), { active: 32, queued: 68, limit: 32 });
    release();
    assert.equal(await downloads, all(100));
    assert.equal(s3.countGets(), { open: 0, most: 32, total: 100 });
    await waitUntil(() => delivery.readLoad?.().active === 0);
  });
});

for (const delivery of ['streamed', 'buffered'] as const) {
  test(`${delivery} never has more GETs open at S3 than S3_MAX_SOCKETS`, async () => {
    await withRegistry({ delivery, downloadConcurrency: 100 }, 10, async ({ url }) => {
      const downloads = download(url, 40);
      await waitUntil(() => s3.countGets().open === 10);
      await sleep(50);
      release();
      assert.equal(await downloads, all(40));
      assert.equal(s3.countGets(), { open: 0, most: 10, total: 40 });
    });
  });
}

test('redirected has clients ask S3 themselves, one GET each', async () => {
  await withRegistry({ delivery: 'redirected' }, 1, async ({ url }) => {
    const downloads = download(url, 5);
    await waitUntil(() => s3.countGets().open === 5);
    release();
    assert.equal(await downloads, all(5));
    assert.is(s3.countGets().total, 5);
  });
});

test('a client that leaves the queue is out of it at once, and S3 never hears of it', async () => {
  await withRegistry({ delivery: 'buffered', downloadConcurrency: 1 }, 10, async ({ url, delivery }) => {
    const served = download(url, 1);
    await waitUntil(() => s3.countGets().open === 1);
    const leaving = await openRaw(url, `GET ${path} HTTP/1.1`);
    await waitUntil(() => delivery.readLoad?.().queued === 1);
    leaving.destroy();
    await waitUntil(() => delivery.readLoad?.().queued === 0);
    release();
    assert.equal(await served, all(1));
    assert.is(s3.countGets().total, 1);
  });
});

test('buffered holds a body, and its slot, until its slow client has gone', async () => {
  await withRegistry({ delivery: 'buffered', downloadConcurrency: 4 }, 10, ({ url }) => holdSlots(url, 4));
});

test('blocking holds a body, and its slot, until its slow client has gone', async () => {
  await holdSlots(blocking.url, 4);
});

test('none of these requests was an error of the blocking service', () => {
  assert.is(blocking.readLog(), '');
});

/** Clients that read nothing take all slots; the next one is served as soon as the first of them leaves. */
async function holdSlots(url: string, slots: number): Promise<void> {
  release();
  const slow = await Promise.all(
    Array.from({ length: slots }, () => openRaw(url, `GET ${largePath} HTTP/1.1`)),
  );
  await Promise.all(slow.map((socket) => once(socket, 'readable')));
  const queued = download(url, 1);
  await sleep(200);
  assert.is(s3.countGets().total, slots);
  slow.pop()?.destroy();
  assert.equal(await queued, all(1));
  for (const socket of slow) socket.destroy();
}

async function withRegistry(
  options: ServeOptions,
  s3MaxSockets: number,
  act: (service: ServedRegistry) => Promise<void>,
): Promise<void> {
  const client = createDeliveryClient(s3MaxSockets);
  const reader = createArtifactReader(client, { bucket: registry.stores.modelsBucket });
  const clients = { ...registry.clients, s3: client };
  const service = await serveRegistry({ ...registry, reader, clients }, options);
  try {
    await act(service);
    assert.equal(service.errors, []);
  } finally {
    release();
    await service.close();
    client.destroy();
  }
}

/** The digests of so many downloads at once. */
function download(url: string, clients: number): Promise<string[]> {
  return Promise.all(Array.from({ length: clients }, async () => hash((await askDownload(url + path)).body)));
}

function all(clients: number): string[] {
  return Array.from({ length: clients }, () => hash(bytes));
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function publish(modelId: string, content: Buffer): Promise<void> {
  const chunks = (async function* () {
    yield content;
  })();
  await publishModel(registry, { modelId, version: 'main', content: chunks });
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 20 s');
    await sleep(5);
  }
}

test.run();
