import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { itemKey, replacedElement } from '../../aws/model-item.ts';
import { DomainError } from '../../domain-error.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type PublishRequest, publishModel } from '../publish-model.ts';
import { mostReplacedKept, replacedKeptMs } from '../replaced-artifact.ts';
import type { ModelStore } from '../stores.ts';
import { sweepUploads } from '../sweep-uploads.ts';

const test = suite('publish model');
let registry: RegistryFixture;

test.before(async () => {
  registry = await startRegistry();
});

test.after(async () => {
  await registry?.close();
});

test('a published version has the size, the digest and the bytes of its content', async () => {
  const bytes = randomBytes(20_000_000);
  const { outcome, record } = await publish('a/whole', bytes);
  assert.is(outcome, 'published');
  assert.is(record.id, 'a_whole');
  assert.is(record.sizeBytes, bytes.length);
  assert.is(record.digest, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  assert.equal(await registry.models.find('a_whole', 'main'), record);
  const command = new GetObjectCommand({ Bucket: registry.stores.modelsBucket, Key: record.objectKey });
  const { Body } = await registry.clients.s3.send(command);
  assert.ok(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes));
});

test('the same bytes again change nothing and leave no second artifact', async () => {
  const first = await publish('a/same', 'bytes');
  const second = await publish('a/same', 'bytes');
  assert.is(second.outcome, 'unchanged');
  assert.equal(second.record, first.record);
  assert.equal(await registry.listArtifacts('performance/a_same/'), [first.record.objectKey]);
});

test('other bytes are refused, and their upload is removed', async () => {
  const { record } = await publish('a/other', 'bytes');
  await refused(
    'version_taken',
    publish('a/other', 'other bytes'),
    'add --replace, or over HTTP ?replace=true or If-Match',
  );
  assert.equal(await registry.models.find('a_other', 'main'), record);
  assert.equal(await registry.listArtifacts('performance/a_other/'), [record.objectKey]);
});

test('a replacement of main shows the new bytes, and the old artifact stays for its time and no longer', async () => {
  const { record: old } = await publish('a/moving', 'old');
  const startedMs = Date.now();
  const { outcome, record } = await publish('a/moving', 'new', { replace: true });
  const endedMs = Date.now();
  assert.is(outcome, 'replaced');
  assert.equal(await registry.models.find('a_moving', 'main'), record);
  await sweepUploads(registry, startedMs + replacedKeptMs - 1);
  await assertKept('a_moving', [old.objectKey, record.objectKey]);
  await sweepUploads(registry, endedMs + replacedKeptMs);
  await assertKept('a_moving', [record.objectKey]);
});

test('each of many artifacts that were replaced in a row has its own time', async () => {
  const { record: first } = await publish('a/often', 'first');
  const { record: second } = await publish('a/often', 'second', { replace: true });
  const betweenMs = Date.now() + 1;
  while (Date.now() <= betweenMs);
  const { record: third } = await publish('a/often', 'third', { replace: true });
  await assertKept('a_often', [first.objectKey, second.objectKey, third.objectKey]);
  await sweepUploads(registry, betweenMs + replacedKeptMs);
  await assertKept('a_often', [second.objectKey, third.objectKey]);
});

test('of more replaced artifacts than are kept the oldest is removed at once, without a sweep', async () => {
  const keys: string[] = [];
  for (let count = 0; count < mostReplacedKept + 3; count += 1) {
    keys.push((await publish('a/restless', `bytes ${count}`, { replace: true })).record.objectKey);
  }
  await assertKept('a_restless', keys.slice(-mostReplacedKept - 1));
  await sweepUploads(registry);
  await assertKept('a_restless', keys.slice(-mostReplacedKept - 1));
});

test('where nobody sweeps, a replacement removes what was replaced long before', async () => {
  const { record: old } = await publish('a/alone', 'old');
  const { record: middle } = await publish('a/alone', 'middle', { replace: true });
  await noteOutdated('a_alone', [old.objectKey]);
  const { record } = await publish('a/alone', 'new', { replace: true });
  await assertKept('a_alone', [middle.objectKey, record.objectKey]);
});

test('a replacement that cannot remove one artifact that was replaced long before removes the others', async () => {
  const { record: first } = await publish('a/denied', 'first');
  const { record: second } = await publish('a/denied', 'second', { replace: true });
  const { record: third } = await publish('a/denied', 'third', { replace: true });
  await noteOutdated('a_denied', [first.objectKey, second.objectKey]);
  const remove = (key: string) =>
    key === first.objectKey ? Promise.reject(new Error('denied')) : registry.artifacts.remove(key);
  const stores = { models: registry.models, artifacts: { ...registry.artifacts, remove } };
  const { outcome, record } = await publishModel(stores, describe('a/denied', 'fourth', { replace: true }));
  assert.is(outcome, 'replaced');
  await assertKept('a_denied', [first.objectKey, third.objectKey, record.objectKey]);
});

test('the artifact of the record is never removed, also where it is noted as replaced long before', async () => {
  const { record: old } = await publish('a/again', 'old');
  const { record } = await publish('a/again', 'new', { replace: true });
  await noteOutdated('a_again', [record.objectKey, old.objectKey]);
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  assert.equal(await registry.models.find('a_again', 'main'), record);
  await assertKept('a_again', [record.objectKey]);
});

test('a replacement is dated at least a second after what it replaces, whatever the clock says', async () => {
  const { record: first } = await publish('a/dated', 'first');
  const { record: second } = await publish('a/dated', 'second', { replace: true });
  assert.ok(Date.parse(second.publishedAt) - Date.parse(first.publishedAt) >= 1_000);
  assert.equal(await registry.models.find('a_dated', 'main'), second);
});

test('a version other than main cannot be replaced', async () => {
  await publish('a/fixed', 'old', { version: 'v1' });
  await refused('version_taken', publish('a/fixed', 'new', { version: 'v1', replace: true }), 'only main');
  assert.is((await publish('a/fixed', 'old', { version: 'v1', replace: true })).outcome, 'unchanged');
});

test('a second display id with the same sanitized id is refused, and its upload is removed', async () => {
  const { record } = await publish('b/c_d', 'bytes');
  await refused('id_taken', publish('b_c/d', 'bytes', { version: 'v2' }), 'belongs to b/c_d');
  assert.equal(await registry.listArtifacts('performance/b_c_d/'), [record.objectKey]);
  assert.is((await publish('b/c_d', 'bytes', { version: 'v2' })).outcome, 'published');
});

test('of 20 publishers of different bytes at once one wins, and only its artifact is left', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => publish('a/race', `bytes ${index}`)),
  );
  const won = results.filter((result) => result.status === 'fulfilled');
  assert.is(won.length, 1);
  for (const result of results) {
    if (result.status === 'rejected') assert.is(result.reason.code, 'version_taken');
  }
  const record = await registry.models.find('a_race', 'main');
  assert.equal(won[0]?.value.record, record);
  assert.equal(await registry.listArtifacts('performance/a_race/'), [record?.objectKey]);
});

test('of 20 publishers of the same bytes at once one publishes and the others change nothing', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => publish('a/agree', 'bytes')));
  assert.is(results.filter(({ outcome }) => outcome === 'published').length, 1);
  assert.is(results.filter(({ outcome }) => outcome === 'unchanged').length, 19);
  assert.is((await registry.listArtifacts('performance/a_agree/')).length, 1);
});

test('of 20 replacements at once the last one stays, whole, and the others have their time', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => publish('a/replaced', `bytes ${index}`, { replace: true })),
  );
  assert.is(results.filter(({ outcome }) => outcome === 'published').length, 1);
  assert.is(results.filter(({ outcome }) => outcome === 'replaced').length, 19);
  const record = await registry.models.find('a_replaced', 'main');
  await assertKept(
    'a_replaced',
    results.map((result) => result.record.objectKey),
  );
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  await assertKept('a_replaced', [record?.objectKey]);
});

test('a replacement that comes while a refused upload cleans up loses neither its artifact nor the one it replaced', async () => {
  const { record: old } = await publish('a/crossed', 'first');
  const { uploads } = registry.models;
  let crossings = 0;
  const crossed = {
    ...uploads,
    readVersion: async (id: string, version: string) => {
      const state = await uploads.readVersion(id, version);
      crossings += 1;
      if (crossings === 1) await publish('a/crossed', 'third', { replace: true });
      return state;
    },
  };
  const stores = { models: { ...registry.models, uploads: crossed }, artifacts: registry.artifacts };
  const digest = `sha256:${'0'.repeat(64)}`;
  const refusal = publishModel(stores, describe('a/crossed', 'second', { replace: true, digest }));
  await refused('digest_mismatch', refusal, 'announced as');
  assert.is(crossings, 1);
  const record = await registry.models.find('a_crossed', 'main');
  await assertKept('a_crossed', [old.objectKey, record?.objectKey]);
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  await assertKept('a_crossed', [record?.objectKey]);
});

test('of two display ids that race for one sanitized id one holds it for good', async () => {
  const ids = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'e/f_g' : 'e_f/g'));
  const results = await Promise.allSettled(
    ids.map((modelId, index) => publish(modelId, 'bytes', { version: `v${index}` })),
  );
  const versions = await registry.models.listVersions('e_f_g');
  assert.is(versions.length, 5);
  assert.is(new Set(versions.map(({ modelId }) => modelId)).size, 1);
  for (const result of results) {
    if (result.status === 'rejected') assert.is(result.reason.code, 'id_taken');
  }
  assert.is((await registry.listArtifacts('performance/e_f_g/')).length, 5);
});

test('a crash between the artifact and the record leaves nothing to be seen, and a second try works', async () => {
  const crashed = { ...registry.models, insert: () => Promise.reject(new Error('crash')) };
  const request = describe('a/crashed', 'bytes');
  await publishModel({ models: crashed, artifacts: registry.artifacts }, request).catch(() => {});
  assert.is(await registry.models.find('a_crashed', 'main'), null);
  assert.equal(await registry.models.listVersions('a_crashed'), []);
  assert.ok(!(await listAll(registry.models)).includes('a/crashed'));
  assert.is((await publish('a/crashed', 'other bytes')).outcome, 'published');
});

test('content that fails half-way leaves no artifact and no record', async () => {
  const content = (async function* () {
    yield randomBytes(9_000_000);
    throw new Error('disk gone');
  })();
  try {
    await publishModel(registry, { modelId: 'a/half', version: 'main', content });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'disk gone');
  }
  assert.is(await registry.models.find('a_half', 'main'), null);
  assert.equal(await registry.listArtifacts('performance/a_half/'), []);
});

test('a record that was written although its answer was lost keeps its artifact', async () => {
  const forgetful: ModelStore = {
    ...registry.models,
    insert: async (record, upload) => {
      await registry.models.insert(record, upload);
      return registry.models.insert(record, upload);
    },
  };
  const stores = { models: forgetful, artifacts: registry.artifacts };
  const { outcome, record } = await publishModel(stores, describe('a/retried', 'bytes'));
  assert.is(outcome, 'published');
  assert.equal(await registry.listArtifacts('performance/a_retried/'), [record.objectKey]);
});

test('a replacement that was written although its answer was lost leaves its artifact alone', async () => {
  await publish('a/repeated', 'old');
  const forgetful: ModelStore = {
    ...registry.models,
    replace: async (replaced, record, upload) => {
      await registry.models.replace(replaced, record, upload);
      return registry.models.replace(replaced, record, upload);
    },
  };
  const stores = { models: forgetful, artifacts: registry.artifacts };
  const { outcome, record } = await publishModel(stores, describe('a/repeated', 'new', { replace: true }));
  assert.is(outcome, 'replaced');
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  await assertKept('a_repeated', [record.objectKey]);
});

test('a record that was written although its answer was lost, and replaced since, is no failure and not written again', async () => {
  for (const first of [true, false]) {
    const id = first ? 'a_lost-insert' : 'a_lost-replace';
    const modelId = id.replace('_', '/');
    if (!first) await publish(modelId, 'old');
    const later = () => publish(modelId, 'later', { replace: true });
    const forgetful: ModelStore = {
      ...registry.models,
      insert: async (...args) => !(await registry.models.insert(...args)) || !(await later()),
      replace: async (...args) => !(await registry.models.replace(...args)) || !(await later()),
    };
    const stores = { models: forgetful, artifacts: registry.artifacts };
    const { outcome, record } = await publishModel(stores, describe(modelId, 'new', { replace: true }));
    assert.is(outcome, first ? 'published' : 'replaced');
    const current = await registry.models.find(id, 'main');
    assert.is.not(current?.objectKey, record.objectKey);
    await sweepUploads(registry, Date.now() + replacedKeptMs);
    await assertKept(id, [current?.objectKey]);
  }
});

test('what can only be compared is not uploaded', async () => {
  await publish('a/compared', 'bytes', { version: 'v1' });
  const upload = () => Promise.reject(new Error('uploaded'));
  const stores = { models: registry.models, artifacts: { ...registry.artifacts, upload } };
  const same = await publishModel(stores, describe('a/compared', 'bytes', { version: 'v1' }));
  assert.is(same.outcome, 'unchanged');
  await refused('version_taken', publishModel(stores, describe('a/compared', 'x', { version: 'v1' })), 'never');
});

test('a second display id is refused before its content is read', async () => {
  await publish('g/h_i', 'bytes');
  const content = (async function* () {
    assert.unreachable('read');
    yield Buffer.from('');
  })();
  await refused('id_taken', publish('g_h/i', '', { version: 'v2', content }), 'belongs to g/h_i');
});

test('content that has not the digest it was announced with is refused, and leaves nothing', async () => {
  const digest = `sha256:${createHash('sha256').update('bytes').digest('hex')}`;
  await refused('digest_mismatch', publish('a/digest', 'bites', { digest }), `announced as ${digest}`);
  assert.is(await registry.models.find('a_digest', 'main'), null);
  assert.equal(await registry.listArtifacts('performance/a_digest/'), []);
  assert.is((await publish('a/digest', 'bytes', { digest })).outcome, 'published');
  await refused('digest_mismatch', publish('a/digest', 'bites', { digest }), 'was announced as');
});

test('a condition is asked before the content and again before the record is written', async () => {
  const seen: (string | undefined)[] = [];
  const content = (async function* () {
    await publish('a/asked', 'other');
    yield Buffer.from('bytes');
  })();
  const assertCurrent: PublishRequest['assertCurrent'] = (current) => {
    seen.push(current?.digest);
    if (current) throw new DomainError('precondition_failed', 'It is there.');
  };
  await refused('precondition_failed', publish('a/asked', '', { content, assertCurrent }), 'It is there');
  const record = await registry.models.find('a_asked', 'main');
  assert.equal(seen, [undefined, undefined, record?.digest]);
  assert.equal(await registry.listArtifacts('performance/a_asked/'), [record?.objectKey]);
});

test('S3 that is down leaves no record', async () => {
  await registry.s3.takeDown();
  try {
    await refused('stores_unavailable', publish('a/unstored', 'bytes'), 'S3 cannot be reached');
  } finally {
    await registry.s3.restore();
  }
  assert.is(await registry.models.find('a_unstored', 'main'), null);
});

test('a model id or a version that may not be is refused by name before anything is uploaded', async () => {
  for (const modelId of ['', '../x', 'a/b/c', 'a b', 'ä', 'a/'.padEnd(120, 'x')]) {
    await refused('invalid_parameter', publish(modelId, 'bytes'), 'model_id is');
  }
  await refused('invalid_parameter', publish('a/b', 'bytes', { version: '#display-id' }), 'version is');
});

function describe(
  modelId: string,
  bytes: string | Buffer,
  options: Partial<PublishRequest> = {},
): PublishRequest {
  const content = (async function* () {
    yield Buffer.from(bytes);
  })();
  return { modelId, version: 'main', content, ...options };
}

function publish(modelId: string, bytes: string | Buffer, options: Partial<PublishRequest> = {}) {
  return publishModel(registry, describe(modelId, bytes, options));
}

/** As if the time of all had been over for long, of the first one for the longest. */
async function noteOutdated(id: string, objectKeys: readonly string[]): Promise<void> {
  const elements = objectKeys.map((objectKey, index) => replacedElement({ removeAtMs: index + 1, objectKey }));
  const update = new UpdateCommand({
    TableName: registry.stores.modelsTable,
    Key: itemKey(id, 'main'),
    UpdateExpression: 'SET replaced = :outdated',
    ExpressionAttributeValues: { ':outdated': new Set(elements) },
  });
  await registry.clients.dynamodb.send(update);
}

/** Whatever else is in the bucket or noted would be a leftover. */
async function assertKept(id: string, keys: readonly (string | undefined)[]): Promise<void> {
  assert.equal([...(await registry.listArtifacts(`performance/${id}/`))].sort(), [...keys].sort());
  const { record, uploads, replaced } = await registry.models.uploads.readVersion(id, 'main');
  assert.equal(uploads, []);
  const noted = replaced.map(({ objectKey }) => objectKey);
  assert.equal([record?.objectKey, ...noted].sort(), [...keys].sort());
}

async function refused(code: string, publication: Promise<unknown>, message: string): Promise<void> {
  const error = await publication.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, DomainError);
  assert.is((error as DomainError).code, code);
  assert.match((error as DomainError).message, message);
}

async function listAll(models: ModelStore): Promise<readonly string[]> {
  const { records } = await models.listModels({ limit: 100, cursor: null });
  return records.map(({ modelId }) => modelId);
}

test.run();
