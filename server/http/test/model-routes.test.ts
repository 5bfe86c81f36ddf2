import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelSchema, modelsPageSchema, modelVersionSchema } from '../../../contract/models.ts';
import { problemSchema } from '../../../contract/problem.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('model routes');
const modelIds = Array.from({ length: 12 }, (_, index) => `org/model-${index}`);
let registry: RegistryFixture;
let service: ServedRegistry;

test.before(async () => {
  registry = await startRegistry();
  service = await serveRegistry(registry);
  for (const modelId of modelIds) await publish(modelId, 'main');
  await publish('org/model-0', 'v2');
  await publish('org/model-0', 'v10');
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test('the pages hold every published version once, and the last one has no cursor', async () => {
  for (const limit of [1, 5, 7, 14, 100]) {
    const pages = await readPages(limit);
    const seen = pages.flatMap((page) => page.models.map((model) => `${model.model_id}@${model.version}`));
    const expected = [...modelIds.map((id) => `${id}@main`), 'org/model-0@v2', 'org/model-0@v10'];
    assert.equal([...seen].sort(), [...expected].sort(), `limit ${limit}`);
    assert.is(pages.length, Math.ceil(expected.length / limit), `limit ${limit}`);
  }
});

test('without a limit a page holds up to 50', async () => {
  const page = modelsPageSchema.parse(await (await fetch(`${service.url}/models`)).json());
  assert.is(page.models.length, 14);
  assert.is(page.next_cursor, null);
});

test('a version is shown with its size, digest and a download that works', async () => {
  const answer = await fetch(`${service.url}/models/org_model-3/main`);
  const version = modelVersionSchema.parse(await answer.json());
  assert.is(version.model_id, 'org/model-3');
  assert.is(version.id, 'org_model-3');
  assert.is(version.size_bytes, 'org/model-3@main'.length);
  assert.match(version.digest, /^sha256:[0-9a-f]{64}$/);
  const download = await fetch(service.url + version.download);
  assert.is(await download.text(), 'org/model-3@main');
  assert.is(download.headers.get('etag'), `"${version.digest}"`);
});

test('a model is shown with all its versions', async () => {
  const model = modelSchema.parse(await (await fetch(`${service.url}/models/org_model-0`)).json());
  assert.is(model.model_id, 'org/model-0');
  assert.equal(
    model.versions.map(({ version }) => version),
    ['main', 'v10', 'v2'],
  );
});

test('HEAD answers as GET does, without a body', async () => {
  for (const path of ['/models', '/models/org_model-0', '/models/org_model-0/main']) {
    const get = await fetch(service.url + path);
    const head = await fetch(service.url + path, { method: 'HEAD' });
    assert.is(head.status, 200, path);
    assert.is(head.headers.get('content-length'), String((await get.arrayBuffer()).byteLength), path);
  }
});

test('an unknown model and an unknown version answer 404', async () => {
  for (const path of ['/models/org_nothing', '/models/org_model-0/v3']) {
    const answer = await fetch(service.url + path);
    assert.is(answer.status, 404, path);
    assert.is(problemSchema.parse(await answer.json()).type, 'urn:modelrig:problem:model-not-found');
  }
});

test('a limit that is no whole number from 1 to 100 answers 400 and is named', async () => {
  for (const limit of ['0', '101', '-1', '1.5', 'ten', '', '9999']) {
    const answer = await fetch(`${service.url}/models?limit=${limit}`);
    assert.is(answer.status, 400, limit);
    const problem = problemSchema.parse(await answer.json());
    assert.equal(problem.errors, [{ field: 'limit', value: limit, allowed: 'a whole number from 1 to 100' }]);
  }
  assert.is((await fetch(`${service.url}/models?limit=5&limit=6`)).status, 400);
});

test('a cursor that no page gave answers 400 and is named', async () => {
  const forged = Buffer.from('["../x","main"]').toString('base64url');
  for (const cursor of ['x', '', '%00', forged, Buffer.from('{}').toString('base64url')]) {
    const answer = await fetch(`${service.url}/models?cursor=${cursor}`);
    assert.is(answer.status, 400, cursor);
    assert.is(problemSchema.parse(await answer.json()).errors?.[0]?.field, 'cursor');
  }
});

test('ids with dots, escapes and unprintable characters answer 400', async () => {
  for (const id of ['..', '%2e%2e', '%00', 'a'.repeat(300), '%C3%B6', '%zz']) {
    const model = await requestRaw(service.url, `GET /models/${id} HTTP/1.1`);
    assert.is(model.status, 400, id);
    const version = await requestRaw(service.url, `GET /models/org_model-0/${id} HTTP/1.1`);
    assert.is(version.status, 400, id);
    assert.is(problemSchema.parse(JSON.parse(version.body.toString())).errors?.[0]?.field, 'version');
  }
});

async function publish(modelId: string, version: string): Promise<void> {
  const content = (async function* () {
    yield Buffer.from(`${modelId}@${version}`);
  })();
  await publishModel(registry, { modelId, version, content });
}

async function readPages(limit: number) {
  const pages = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${service.url}/models?limit=${limit}${query}`);
    const page = modelsPageSchema.parse(await answer.json());
    pages.push(page);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return pages;
}

test.run();
