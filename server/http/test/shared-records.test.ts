import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { zipFiles } from '../../../scripts/model-sources/zip-files.ts';
import { createAwsClients } from '../../aws/clients.ts';
import { createModelStore } from '../../aws/model-store.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type CountingTable, startCountingTable } from '../../test/counting-table.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { askDownload } from './ask-download.ts';
import { openRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('shared records');
let registry: RegistryFixture;
let table: CountingTable;
let clients: ReturnType<typeof createAwsClients>;
/** Reads its records through `table`; what the tests publish goes past it, as from another instance. */
let here: ServedRegistry;
/** Downloads that have come to it. */
let arrived = 0;

test.before(async () => {
  registry = await startRegistry();
  table = await startCountingTable(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  process.env.AWS_ENDPOINT_URL_DYNAMODB = table.url;
  clients = createAwsClients();
  const models = createModelStore(clients.dynamodb, registry.stores.modelsTable);
  const choose = async () => {
    arrived += 1;
    return here.delivery;
  };
  here = await serveRegistry({ ...registry, models }, { delivery: 'cached', choose });
});

test.after(async () => {
  await here?.close();
  clients?.destroy();
  await table?.close();
  await registry?.close();
});

test.after.each(() => table.holdAnswers(null));

test('100 downloads at once read the record of main twice at most', async () => {
  const model = await publish('main', 'bytes');
  const release = hold();
  arrived = 0;
  const downloads = askMany(100, `${here.url}${path(model)}`);
  await waitUntil(() => arrived === 100);
  release();
  for (const { status, body } of await downloads) {
    assert.is(status, 200);
    assert.is(body.toString(), 'bytes');
  }
  assert.is(table.countReads(), 2);
});

test('a version other than main is read from the table once', async () => {
  const model = await publish('v1', 'bytes');
  table.resetCount();
  for (let count = 0; count < 3; count += 1) {
    assert.is((await askDownload(`${here.url}${path(model, 'v1')}`)).status, 200);
  }
  assert.is(table.countReads(), 1);
});

test('a version that is not there is found as soon as another instance has published it', async () => {
  const model = randomUUID();
  assert.is((await askDownload(`${here.url}${path(model, 'v1')}`)).status, 404);
  await publish('v1', 'bytes', model);
  assert.is((await askDownload(`${here.url}${path(model, 'v1')}`)).status, 200);
});

test('a request that comes after main was published anew elsewhere never gets what a read under way has found before', async () => {
  const model = await publish('main', 'old');
  const release = hold();
  const before = askDownload(`${here.url}${path(model)}`);
  await waitUntil(() => table.countReads() === 1);
  await publish('main', 'new', model);
  arrived = 0;
  const after = askMany(3, `${here.url}${path(model)}`);
  await waitUntil(() => arrived === 3);
  release();
  assert.is((await before).status, 200);
  for (const { body } of await after) assert.is(body.toString(), 'new');
});

test('whoever publishes main anew through the service downloads it there at once, and so does everybody else', async () => {
  const model = await publish('main', 'old');
  const leaving = new AbortController();
  // So that a record is kept whenever it is replaced.
  const others = (async () => {
    while (!leaving.signal.aborted) assert.is((await askDownload(`${here.url}${path(model)}`)).status, 200);
  })();
  for (let round = 0; round < 5; round += 1) {
    const body = await buffer(zipFiles([{ name: 'weights', content: Buffer.from(`round ${round}`) }]));
    const { status } = await fetch(`${here.url}${path(model)}?replace=true`, { method: 'PUT', body });
    assert.is(status, 200);
    assert.ok((await askDownload(`${here.url}${path(model)}`)).body.equals(body));
  }
  leaving.abort();
  await others;
});

test('main that was published anew elsewhere is served 100 ms later, and the downloads until then cost one read', async () => {
  const model = await publish('main', 'old');
  const askedMs = performance.now();
  table.resetCount();
  assert.is((await askDownload(`${here.url}${path(model)}`)).body.toString(), 'old');
  await publish('main', 'new', model);
  await askDownload(`${here.url}${path(model)}`);
  if (performance.now() - askedMs < 100) assert.is(table.countReads(), 1);
  await sleep(105 - (performance.now() - askedMs));
  assert.is((await askDownload(`${here.url}${path(model)}`)).body.toString(), 'new');
});

test('a read that fails is a 503 for all who share it, and the next request reads again', async () => {
  const model = await publish('main', 'bytes');
  let fail = (_: Error) => {};
  table.resetCount();
  table.holdAnswers(() => new Promise((_, reject) => (fail = reject)));
  arrived = 0;
  const downloads = askMany(5, `${here.url}${path(model)}`);
  await waitUntil(() => arrived === 5 && table.countReads() === 1);
  await registry.dynamodb.takeDown();
  try {
    fail(new Error('The connection is cut.'));
    for (const { status, headers } of await downloads) {
      assert.is(status, 503);
      assert.ok(Number(headers['retry-after']) > 0);
    }
  } finally {
    await registry.dynamodb.restore();
  }
  table.holdAnswers(null);
  here.errors.length = 0;
  assert.is((await askDownload(`${here.url}${path(model)}`)).status, 200);
});

test('a client that leaves takes the read from nobody who shares it', async () => {
  const model = await publish('main', 'bytes');
  const release = hold();
  arrived = 0;
  const leaving = await openRaw(here.url, `GET ${path(model)} HTTP/1.1`);
  await waitUntil(() => table.countReads() === 1);
  const staying = askMany(3, `${here.url}${path(model)}`);
  const alsoLeaving = await openRaw(here.url, `GET ${path(model)} HTTP/1.1`);
  await waitUntil(() => arrived === 5);
  leaving.destroy();
  alsoLeaving.destroy();
  await sleep(50);
  release();
  for (const { status } of await staying) assert.is(status, 200);
  assert.equal(here.errors, []);
});

test('an artifact that is gone although its kept record names it is an error that the table confirms', async () => {
  const model = await publish('v1', 'bytes');
  assert.is((await askDownload(`${here.url}${path(model, 'v1')}`, {}, 'HEAD')).status, 200);
  const record = await registry.models.find(model, 'v1');
  await registry.artifacts.remove(record?.objectKey ?? '');
  table.resetCount();
  assert.is((await askDownload(`${here.url}${path(model, 'v1')}`)).status, 500);
  assert.is(table.countReads(), 1);
  assert.match(here.errors[0]?.message ?? '', 'has a record, but is not in its store');
  here.errors.length = 0;
});

/** Reads from now on are held between the table and the service; returns what lets them go. */
function hold(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  table.resetCount();
  table.holdAnswers(() => promise);
  return () => {
    table.holdAnswers(null);
    resolve();
  };
}

async function publish(version: string, text: string, modelId: string = randomUUID()): Promise<string> {
  const content = (async function* () {
    yield Buffer.from(text);
  })();
  await publishModel(registry, { modelId, version, content, replace: true });
  return modelId;
}

function askMany(count: number, url: string) {
  return Promise.all(Array.from({ length: count }, () => askDownload(url)));
}

function path(model: string, version = 'main'): string {
  return `/performance/${model}/${version}/model.zip`;
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, 'not within 20 s');
    await sleep(5);
  }
}

test.run();
