import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Problem, problemSchema } from '../../../contract/problem.ts';
import type { DeliveryStrategy } from '../../delivery/delivery-strategy.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { askDownload, type DownloadAnswer } from './ask-download.ts';
import { requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('download');
const bytes = randomBytes(300_000);
const path = '/performance/arnir0_Tiny-LLM/main/model.zip';
let registry: RegistryFixture;
let service: ServedRegistry;
let record: ModelRecord;

test.before(async () => {
  registry = await startRegistry();
  service = await serveRegistry(registry);
  const content = Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]);
  ({ record } = await publishModel(registry, { modelId: 'arnir0/Tiny-LLM', version: 'main', content }));
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

test('HEAD, a condition that ends a request and a range beyond the end need no S3', async () => {
  await registry.s3.takeDown();
  try {
    assert.is((await get({}, 'HEAD')).status, 200);
    assert.is((await get({ 'if-none-match': `"${record.digest}"` })).status, 304);
    assert.is((await get({ 'if-match': '"other"' })).status, 412);
    assert.is((await get({ range: 'bytes=300000-' })).status, 416);
  } finally {
    await registry.s3.restore();
  }
});

test('412 and 416 tell what there is', async () => {
  assert.match(readProblem(await get({ 'if-match': '"other"' })).detail, `If-Match does not hold`);
  assert.match(readProblem(await get({ 'if-match': '"other"' })).detail, record.digest);
  const beyond = readProblem(await get({ range: 'bytes=300000-' }));
  assert.match(beyond.detail, 'Range is "bytes=300000-"; the artifact has 300000 bytes.');
});

test('a date of publication that lies ahead is shown as the present, by which no condition is judged', async () => {
  const find = async () => ({ ...record, publishedAt: '2999-12-31T23:59:59.999Z' });
  const ahead = await serveRegistry({ ...registry, models: { ...registry.models, find } });
  try {
    const { headers } = await askDownload(ahead.url + path, {}, 'HEAD');
    const modifiedAt = Date.parse(headers['last-modified'] ?? '');
    assert.ok(modifiedAt <= Date.parse(headers.date ?? ''));
    assert.ok(modifiedAt > Date.now() - 10_000);
    // Who has it may have had something older, which was published just now as well.
    const date = new Date(modifiedAt).toUTCString();
    assert.is((await askDownload(ahead.url + path, { 'if-modified-since': date }, 'HEAD')).status, 200);
    assert.is((await askDownload(ahead.url + path, { 'if-unmodified-since': date }, 'HEAD')).status, 412);
  } finally {
    await ahead.close();
  }
});

test('a body that fails before its first byte is a problem without a trace of the artifact', async () => {
  const body = new Readable({ read: () => body.destroy(new Error('S3 sent nothing.')) });
  const failing = await serveWith({ open: async () => ({ kind: 'stream', body }) });
  try {
    const answer = await askDownload(failing.url + path, { range: 'bytes=0-9' });
    assert.is(answer.status, 500);
    assert.is(readProblem(answer).title, 'Internal error');
    for (const name of ['etag', 'repr-digest', 'content-range', 'cache-control', 'last-modified']) {
      assert.is(answer.headers[name], undefined, name);
    }
    assert.is(failing.errors[0]?.message, 'S3 sent nothing.');
  } finally {
    await failing.close();
  }
});

test('a strategy is chosen by the run that a request names, and by none when that is no run id', async () => {
  const chosenBy: (string | null)[] = [];
  const choosing = await serveRegistry(registry, {
    async choose(runId) {
      chosenBy.push(runId);
      return service.delivery;
    },
  });
  const runId = '0b5f3a52-6f3e-4c1e-9d55-1f0c5a2b7c11';
  try {
    for (const headers of [{ 'x-run-id': runId }, { 'x-run-id': 'mine' }, {}]) {
      await askDownload(choosing.url + path, headers);
    }
    assert.equal(chosenBy, [runId, null, null]);
  } finally {
    await choosing.close();
  }
});

test('an unknown model and an unknown version answer 404', async () => {
  for (const unknown of [
    '/performance/nobody_Nothing/main/model.zip',
    '/performance/arnir0_Tiny-LLM/v9/model.zip',
  ]) {
    const answer = await askDownload(service.url + unknown);
    assert.is(answer.status, 404, unknown);
    assert.is(readProblem(answer).type, 'urn:modelrig:problem:model-not-found');
  }
});

const badIds = {
  '..': '..',
  '%2e%2e': '..',
  '%00': '\\u0000',
  '..%2f..': '../..',
  'a%2Fb': 'a/b',
  'm%C3%B6del': 'mödel',
  '%zz': '%zz',
  '%': '%',
  'a%20b': 'a b',
  '-a': '-a',
  '%F0%9F%A4%96': '🤖',
  [`a${'b'.repeat(299)}`]: '300 characters',
};

for (const [written, named] of Object.entries(badIds)) {
  const title = written.length > 20 ? '300 characters' : JSON.stringify(written);
  test(`an id and a version of ${title} answer 400 and are named`, async () => {
    const id = await requestRaw(service.url, `GET /performance/${written}/main/model.zip HTTP/1.1`);
    assert.is(id.status, 400);
    const problem = readProblem(id);
    assert.is(problem.errors?.[0]?.field, 'id');
    assert.match(problem.detail, named);
    assert.match(problem.detail, 'allowed: 1-192 characters');
    const version = await requestRaw(service.url, `GET /performance/x/${written}/model.zip HTTP/1.1`);
    assert.is(version.status, 400);
    assert.is(readProblem(version).errors?.[0]?.field, 'version');
  });
}

test('a byte that no address may hold answers 400', async () => {
  const answer = await requestRaw(service.url, 'GET /performance/\xf6/main/model.zip HTTP/1.1');
  assert.is(answer.status, 400);
});

test('none of these requests was an error of the service', () => {
  assert.equal(service.errors, []);
});

function get(headers: Record<string, string> = {}, method = 'GET'): Promise<DownloadAnswer> {
  return askDownload(service.url + path, headers, method);
}

function serveWith(changes: Partial<DeliveryStrategy>): Promise<ServedRegistry> {
  return serveRegistry(registry, { choose: async () => ({ ...service.delivery, ...changes }) });
}

function readProblem({ body }: { body: Buffer }): Problem {
  return problemSchema.parse(JSON.parse(body.toString()));
}

test.run();
