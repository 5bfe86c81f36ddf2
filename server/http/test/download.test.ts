import { createHash, randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Problem, problemSchema } from '../../../contract/problem.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('download');
const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest();
const etag = `"sha256:${sha256.toString('hex')}"`;
const path = '/performance/arnir0_Tiny-LLM/main/model.zip';
let registry: RegistryFixture;
let service: ServedRegistry;

test.before(async () => {
  registry = await startRegistry();
  service = await serveRegistry(registry);
  for (const version of ['main', 'v1.0']) {
    await publishModel(registry, { modelId: 'arnir0/Tiny-LLM', version, content: chunk(bytes) });
  }
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

const get = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${service.url}${path}`, { headers, ...init });

test('a GET answers the published bytes with their length, digest and tag', async () => {
  const answer = await get();
  assert.is(answer.status, 200);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes));
  const { headers } = answer;
  assert.is(headers.get('content-length'), '300000');
  assert.is(headers.get('transfer-encoding'), null);
  assert.is(headers.get('content-encoding'), null);
  assert.is(headers.get('content-type'), 'application/zip');
  assert.is(headers.get('etag'), etag);
  assert.is(headers.get('repr-digest'), `sha-256=:${sha256.toString('base64')}:`);
  assert.is(headers.get('accept-ranges'), 'bytes');
  assert.is(headers.get('content-disposition'), 'attachment; filename=arnir0_Tiny-LLM-main.zip');
  assert.is(headers.get('x-delivery'), 'streamed');
});

test('main may change and so is revalidated, another version is kept for ever', async () => {
  const main = await get({}, { method: 'HEAD' });
  assert.is(main.headers.get('cache-control'), 'no-cache');
  const fixed = await fetch(`${service.url}/performance/arnir0_Tiny-LLM/v1.0/model.zip`, { method: 'HEAD' });
  assert.is(fixed.headers.get('cache-control'), 'public, max-age=31536000, immutable');
});

test('HEAD answers as GET does, without a body and without S3', async () => {
  const whole = await get();
  await whole.arrayBuffer();
  await registry.s3.takeDown();
  try {
    const head = await get({ range: 'bytes=0-9' }, { method: 'HEAD' });
    assert.is(head.status, 200);
    assert.is((await head.arrayBuffer()).byteLength, 0);
    for (const name of ['content-length', 'etag', 'repr-digest', 'accept-ranges', 'cache-control']) {
      assert.is(head.headers.get(name), whole.headers.get(name), name);
    }
  } finally {
    await registry.s3.restore();
  }
});

test('a range answers 206 with these bytes and the tag of the whole', async () => {
  const answer = await get({ range: 'bytes=100000-199999' });
  assert.is(answer.status, 206);
  assert.is(answer.headers.get('content-range'), 'bytes 100000-199999/300000');
  assert.is(answer.headers.get('content-length'), '100000');
  assert.is(answer.headers.get('etag'), etag);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(100_000, 200_000)));
});

test('the parts of an interrupted download join to the whole', async () => {
  const first = await get({ range: 'bytes=0-149999' });
  const rest = await get({ range: 'bytes=150000-', 'if-range': etag });
  assert.is(rest.status, 206);
  const joined = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await rest.arrayBuffer())]);
  assert.ok(joined.equals(bytes));
});

test('a range beyond the end answers 416 with the length, as a problem that nobody may cache', async () => {
  const answer = await get({ range: 'bytes=300000-' });
  assert.is(answer.status, 416);
  assert.is(answer.headers.get('content-range'), 'bytes */300000');
  assert.is(answer.headers.get('content-type'), 'application/problem+json');
  assert.is(answer.headers.get('cache-control'), null);
  assert.match((await readProblem(answer)).detail, 'bytes=300000-');
});

test('If-Range with another tag answers the whole', async () => {
  const answer = await get({ range: 'bytes=0-9', 'if-range': '"sha256:other"' });
  assert.is(answer.status, 200);
  assert.is((await answer.arrayBuffer()).byteLength, 300_000);
});

test('If-None-Match with the tag answers 304 with the tag and no body, for GET and HEAD', async () => {
  for (const method of ['GET', 'HEAD']) {
    const answer = await get(
      { 'if-none-match': `W/${etag}`, range: 'bytes=0-9' },
      { method, cache: 'no-store' },
    );
    assert.is(answer.status, 304, method);
    assert.is(answer.headers.get('etag'), etag);
    assert.is(answer.headers.get('cache-control'), 'no-cache');
    assert.is((await answer.arrayBuffer()).byteLength, 0);
  }
});

test('If-Match with another tag answers 412', async () => {
  const answer = await get({ 'if-match': '"sha256:other"' });
  assert.is(answer.status, 412);
  assert.match((await readProblem(answer)).detail, etag);
  const right = await get({ 'if-match': etag });
  assert.is(right.status, 200);
  await right.arrayBuffer();
});

test('an unknown model and an unknown version answer 404', async () => {
  for (const unknown of [
    '/performance/nobody_Nothing/main/model.zip',
    '/performance/arnir0_Tiny-LLM/v9/model.zip',
  ]) {
    const answer = await fetch(`${service.url}${unknown}`);
    assert.is(answer.status, 404, unknown);
    assert.is((await readProblem(answer)).type, 'urn:modelrig:problem:model-not-found');
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
    const problem = problemSchema.parse(JSON.parse(id.body.toString()));
    assert.is(problem.errors?.[0]?.field, 'id');
    assert.match(problem.detail, named);
    assert.match(problem.detail, 'allowed: 1-192 characters');
    const version = await requestRaw(service.url, `GET /performance/x/${written}/model.zip HTTP/1.1`);
    assert.is(version.status, 400);
    const other = problemSchema.parse(JSON.parse(version.body.toString()));
    assert.is(other.errors?.[0]?.field, 'version');
  });
}

test('a byte that no address may hold answers 400', async () => {
  const answer = await requestRaw(service.url, 'GET /performance/\xf6/main/model.zip HTTP/1.1');
  assert.is(answer.status, 400);
});

test('none of these requests was an error of the service', () => {
  assert.equal(service.errors, []);
});

async function readProblem(answer: Response): Promise<Problem> {
  return problemSchema.parse(await answer.json());
}

async function* chunk(content: Buffer) {
  yield content.subarray(0, 1000);
  yield content.subarray(1000);
}

test.run();
