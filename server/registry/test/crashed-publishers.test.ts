import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createModelStore } from '../../aws/model-store.ts';
import { DomainError } from '../../domain-error.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { listAllModels } from '../list-all-models.ts';
import type { ModelRecord } from '../model-record.ts';
import { publishModel } from '../publish-model.ts';
import type { PublishStores } from '../publish-request.ts';
import { replacedKeptMs } from '../replaced-artifact.ts';
import { settleUpload } from '../settle-upload.ts';
import { superviseUploads } from '../supervise-uploads.ts';
import { sweepUploads } from '../sweep-uploads.ts';
import { startUpload, type Upload, uploadKey } from '../upload.ts';
import type { Stopped } from './support/crashing-publisher.ts';
import { kinds, prepare, publishInSteps, send } from './support/publications.ts';

const test = suite('crashed publishers');
const program = fileURLToPath(new URL('support/crashing-publisher.ts', import.meta.url));
/** Each of those that stand still renews its lease three times in so long: more often, and the stores do nothing else. */
const leaseMs = 2_000;
let servers: RegistryFixture;
let registry: RegistryFixture;

test.before(async () => {
  servers = await startRegistry();
});

test.before.each(async () => {
  registry = await servers.createEmpty();
});

test.after(async () => {
  await servers?.close();
});

test('a publisher killed before any step leaves the old state or the new one, and nothing after the next sweep', async () => {
  const { modelsBucket, modelsTable } = registry.stores;
  const child = execa(process.execPath, [program, modelsBucket, modelsTable, String(leaseMs)], {
    ipc: true,
    reject: false,
  });
  const stopped = (await child.getOneMessage()) as unknown as Stopped[];
  // One of each kind stands in the middle of a long content.
  while ((await listMultipartUploads()).length < kinds.length) await sleep(20);
  child.kill('SIGKILL');
  await child;
  assertSteps(stopped);

  const listed = await listRecords();
  for (const { kind, step, modelId } of stopped) {
    const record = await registry.models.find(modelId.replace('/', '_'), 'main');
    const shown = record && (await readArtifact(record));
    const label = `${kind} before ${step}`;
    assert.ok(expectStates(kind, step).includes(shown), `${label} shows ${shown}`);
    assert.is(listed.filter((other) => other.modelId === modelId).length, record ? 1 : 0, label);
    assert.is((await registry.models.listVersions(modelId.replace('/', '_'))).length, record ? 1 : 0, label);
  }

  await sleep(leaseMs);
  const supervision = superviseUploads(registry, (error) => assert.unreachable(String(error)));
  await supervision.stop();
  assert.equal(await listRecords(), listed);
  const { uploads, replaced } = await registry.models.uploads.list();
  assert.equal(uploads, []);
  const isRecorded = ({ kind, step }: Stopped) => kind === 'replacing' && expectStates(kind, step)[0] === 'new';
  // Beside them the one that had no step left to stop at.
  assert.is(replaced.length, stopped.filter(isRecorded).length + 1);
  const kept = [...listed, ...replaced].map(({ objectKey }) => objectKey);
  assert.equal([...(await registry.listArtifacts())].sort(), kept.sort());
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  assert.equal(await listRecords(), listed);
  await assertNoLeftovers();

  const { modelId } = stopped.find(({ kind }) => kind === 'first') ?? { modelId: '' };
  const again = await publishModel(registry, { modelId, version: 'main', content: send('again') });
  assert.is(again.outcome, 'published');
});

for (const kind of kinds) {
  test(`${kind}: sweeps that take a living publisher for dead, before any step, cost it its upload at most`, async () => {
    const outcomes: string[] = [];
    for (let at = 1; ; at += 1) {
      const modelId = `${kind}/taken-${at}`;
      await prepare(registry, kind, modelId);
      let swept = false;
      const before = async (_: string, count: number) => {
        if (count !== at) return;
        swept = true;
        await sweepUploads(registry, Number.POSITIVE_INFINITY);
      };
      const outcome = await publishInSteps(registry, { kind, modelId, before }).then(
        (publication) => publication.outcome,
        (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
      );
      if (!swept) break;
      outcomes.push(outcome);
      const record = await registry.models.find(modelId.replace('/', '_'), 'main');
      const right = { published: 'new', replaced: 'new', version_taken: 'other', stores_unavailable: null };
      const expected =
        right[outcome as keyof typeof right] ?? { first: null, replacing: 'old', refused: 'other' }[kind];
      assert.is(record && (await readArtifact(record)), expected, `${outcome} at step ${at}`);
    }
    await sweepUploads(registry, Number.POSITIVE_INFINITY);
    await assertNoLeftovers();
    const kept = { first: 'published', replacing: 'replaced', refused: 'version_taken' }[kind];
    assert.equal(new Set(outcomes), new Set([kept, 'stores_unavailable']));
  });
}

test('a slow publisher that lives keeps its upload, however often others sweep', async () => {
  const models = createModelStore(registry.clients.dynamodb, registry.stores.modelsTable, { leaseMs: 150 });
  const stores = { models, artifacts: registry.artifacts };
  const readLeaseMs = async () => (await models.uploads.list()).uploads[0]?.leaseExpiresMs ?? 0;
  async function* content() {
    yield Buffer.alloc(9_000_000);
    for (let renewal = 0; renewal < 4; renewal += 1) {
      const leaseMs = await readLeaseMs();
      const deadlineMs = performance.now() + 5_000;
      while ((await readLeaseMs()) === leaseMs && performance.now() < deadlineMs) await sleep(5);
      // At the moment when it would have run out.
      assert.is(await sweepUploads(stores, leaseMs), 0);
      yield Buffer.from('.');
    }
  }
  const { record } = await publishModel(stores, { modelId: 'a/slow', version: 'v1', content: content() });
  assert.is(record.sizeBytes, 9_000_004);
  await assertNoLeftovers();
});

test('an upload that was taken for dead ends in mid content, without waiting for its end', async () => {
  const models = createModelStore(registry.clients.dynamodb, registry.stores.modelsTable, { leaseMs: 60 });
  let chunks = 0;
  async function* content() {
    for (; chunks < 1_000; chunks += 1) {
      // A renewal that comes between a sweep's look and its step has saved the upload.
      if (chunks === 2) while ((await sweepUploads(registry, Number.POSITIVE_INFINITY)) === 0);
      await sleep(10);
      yield Buffer.from('.');
    }
  }
  const stores = { models, artifacts: registry.artifacts };
  const error = await publishModel(stores, { modelId: 'a/dead', version: 'v1', content: content() }).catch(
    (reason: unknown) => reason,
  );
  assert.match(String(error), 'was taken for dead');
  assert.ok(chunks < 1_000);
  await assertNoLeftovers();
});

test('an upload that was given up can neither insert a record nor replace one, even before its note is removed', async () => {
  const { models } = registry;
  const publish = (content: string) =>
    publishModel(registry, { modelId: 'a/late', version: 'main', content: send(content) });
  const { record } = await publish('published');
  for (const [version, write] of [
    ['v2', models.insert],
    ['main', models.replace.bind(null, record)],
  ] as const) {
    const upload = startUpload('a_late', version);
    await models.uploads.write(upload);
    assert.ok(await models.uploads.giveUp(upload));
    assert.is(await write({ ...record, version, objectKey: uploadKey(upload) }, upload), false, version);
    await models.uploads.remove(upload, version === 'main');
  }
  assert.equal(await models.listVersions('a_late'), [record]);
  await assertNoLeftovers();
});

test('what a publisher could not clean up because S3 was away is gone after the next sweep', async () => {
  const artifacts = { ...registry.artifacts, remove: () => Promise.reject(new Error('away')) };
  await prepare(registry, 'replacing', 'a/away');
  const stores = { models: registry.models, artifacts };
  const request = { modelId: 'a/away', version: 'main', content: send('new') };
  const digest = `sha256:${'0'.repeat(64)}`;
  const error = await publishModel(stores, { ...request, replace: true, digest }).catch(
    (reason: unknown) => reason,
  );
  assert.match(String(error), 'announced as');
  assert.is((await registry.listArtifacts()).length, 2);
  assert.is(await sweepUploads(registry), 1);
  await assertNoLeftovers();
});

test('a sweep that dies between a replaced artifact and its note, or cannot remove it, leaves it to the next one', async () => {
  const request = { version: 'main', replace: true };
  for (const modelId of ['a/first', 'b/second']) {
    await prepare(registry, 'replacing', modelId);
    await publishModel(registry, { ...request, modelId, content: send('new') });
  }
  const { models } = registry;
  const dying = { ...models.uploads, forgetReplaced: () => Promise.reject(new Error('killed')) };
  const denied = {
    ...registry.artifacts,
    remove: (key: string) =>
      key.includes('a_first') ? Promise.reject(new Error('denied')) : registry.artifacts.remove(key),
  };
  const later = Date.now() + replacedKeptMs;
  for (const [stores, message, left] of [
    [{ models, artifacts: denied }, 'denied', 1],
    [{ models: { ...models, uploads: dying }, artifacts: registry.artifacts }, 'killed', 1],
  ] as const) {
    const error = await sweepUploads(stores, later).catch((reason: unknown) => reason);
    assert.match(String(error), message);
    assert.is((await models.uploads.list()).replaced.length, left);
  }
  assert.is((await registry.listArtifacts()).length, 2);
  assert.is(await sweepUploads(registry, later), 1);
  await assertNoLeftovers();
});

test('a publisher that wakes up after it replaced, and was replaced, can neither renew its lease nor shorten any time', async () => {
  const { models } = registry;
  await prepare(registry, 'replacing', 'a/woken');
  let woken = startUpload('a_woken', 'main');
  const uploads = {
    ...models.uploads,
    write: (upload: Upload) => {
      woken = upload;
      return models.uploads.write(upload);
    },
  };
  const request = { modelId: 'a/woken', version: 'main', replace: true };
  const stores = { ...registry, models: { ...models, uploads } };
  const { record } = await publishModel(stores, { ...request, content: send('new') });
  const { record: latest } = await publishModel(registry, { ...request, content: send('newest') });
  const before = await models.uploads.readVersion('a_woken', 'main');
  assert.ok(before.replaced.some(({ objectKey }) => objectKey === record.objectKey));
  assert.is(await models.uploads.renew(woken), false);
  assert.is(await models.uploads.giveUp(woken), false);
  assert.is(await models.replace(latest, record, woken), false);
  await settleUpload(registry, woken);
  assert.equal(await models.uploads.readVersion('a_woken', 'main'), before);
  assert.is((await registry.listArtifacts()).length, 3);
});

test('a sweep that cannot end one upload ends the others, and tells of it', async () => {
  const stuck = 'performance/a_stuck/';
  const artifacts = {
    ...registry.artifacts,
    list: (prefix: string) =>
      prefix.startsWith(stuck) ? Promise.reject(new Error('denied')) : registry.artifacts.list(prefix),
  };
  for (const id of ['a_stuck', 'b_free', 'c_free']) {
    await registry.models.uploads.write({ id, version: 'v1', uploadId: '1' });
  }
  const stores: PublishStores = { models: registry.models, artifacts };
  const error = await sweepUploads(stores, Number.POSITIVE_INFINITY).catch((reason: unknown) => reason);
  assert.match(String(error), 'denied');
  assert.equal(
    (await registry.models.uploads.list()).uploads.map(({ id }) => id),
    ['a_stuck'],
  );
});

/** So that the test cannot pass by stopping nowhere. */
function assertSteps(stopped: readonly Stopped[]): void {
  const stepsOf = (kind: string) => stopped.filter((other) => other.kind === kind).map(({ step }) => step);
  const upload = ['uploads.write', 'artifacts.upload', 'content', 'models.claimId'];
  const settle = [
    'uploads.giveUp',
    'artifacts.list',
    'uploads.readVersion',
    'artifacts.remove',
    'uploads.remove',
  ];
  assert.equal(stepsOf('first'), ['models.find', 'models.findHolder', ...upload, 'models.insert']);
  assert.equal(stepsOf('replacing'), ['models.find', ...upload, 'models.replace', 'uploads.readVersion']);
  assert.equal(stepsOf('refused'), [
    'models.find',
    'models.findHolder',
    ...upload,
    'models.insert',
    'uploads.readVersion',
    ...settle,
  ]);
}

/** What readers may see of a publisher that died before a step. */
function expectStates(kind: Stopped['kind'], step: string): readonly (string | null)[] {
  if (kind === 'first') return [null];
  if (kind === 'replacing') return [step === 'uploads.readVersion' ? 'new' : 'old'];
  // The other publisher comes in the middle of the content.
  return /claimId|insert|giveUp|list|readVersion|remove/.test(step) ? ['other'] : [null, 'other'];
}

/** `new` for the publishers' own content, long or short. */
async function readArtifact(record: ModelRecord): Promise<string> {
  const body = await registry.reader.open(record, null, AbortSignal.timeout(5_000));
  if (!body) return 'missing';
  const [bytes] = await Promise.all([body.toArray(), once(body, 'close')]);
  return Buffer.concat(bytes).toString().replace(/^n+/, 'n');
}

async function listRecords(): Promise<readonly ModelRecord[]> {
  const records: ModelRecord[] = [];
  for await (const record of listAllModels(registry.models)) records.push(record);
  return records;
}

async function listMultipartUploads(): Promise<readonly unknown[]> {
  const list = new ListMultipartUploadsCommand({ Bucket: registry.stores.modelsBucket });
  return (await registry.clients.s3.send(list)).Uploads ?? [];
}

/** Every object has its record, every item is a record or a claim, and nothing is half uploaded. */
async function assertNoLeftovers(): Promise<void> {
  const records = await listRecords();
  assert.equal([...(await registry.listArtifacts())].sort(), records.map(({ objectKey }) => objectKey).sort());
  assert.equal(await listMultipartUploads(), []);
  const scan = new ScanCommand({ TableName: registry.stores.modelsTable, ConsistentRead: true });
  const { Items = [] } = await registry.clients.dynamodb.send(scan);
  const names = new Set(Items.flatMap((item) => Object.keys(item)));
  assert.equal(
    [...names].filter((name) => /^(uploads|replaced|lease.*)$/.test(name)),
    [],
  );
  for (const item of Items) assert.ok(item.display_id, JSON.stringify(item));
}

test.run();
