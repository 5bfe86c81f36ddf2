import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelRecord } from '../../../server/registry/model-record.ts';
import { publishModel } from '../../../server/registry/publish-model.ts';
import { replacedKeptMs } from '../../../server/registry/replaced-artifact.ts';
import { sweepUploads } from '../../../server/registry/sweep-uploads.ts';
import { type RegistryFixture, startRegistry } from '../../../server/test/registry-fixture.ts';
import type { ModelSource } from '../../model-sources/model-source.ts';
import { createSyntheticSource } from '../../model-sources/synthetic.ts';
import {
  describeModels,
  type PopulateOptions,
  type PopulateProgress,
  populateRegistry,
} from '../populate-registry.ts';

const test = suite('populate registry');
const program = fileURLToPath(new URL('../../populate-registry.ts', import.meta.url));
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

test('models are published with Tiny-LLM whole, and a second time nothing is', async () => {
  const seen: PopulateProgress[] = [];
  const source = createSyntheticSource();
  const first = await populate({ source, count: 120, onProgress: (progress) => seen.push(progress) });
  assert.is(first.published, 120);
  assert.is(first.alreadyThere, 0);
  assert.equal(first.failed, []);
  assert.equal(first.passedOver, []);
  assert.is(first.missing, null);
  const last = seen.at(-1);
  assert.is(last?.done, 120);
  assert.is(last?.total, 120);
  assert.is(
    last?.bytes,
    (await listRecords()).reduce((total, { sizeBytes }) => total + sizeBytes, 0),
  );
  assert.is((await registry.models.find('arnir0_Tiny-LLM', 'main'))?.sizeBytes, 24_834_009);

  const before = await listRecords();
  const second = await populate({ source, count: 120 });
  assert.is(second.alreadyThere, 120);
  assert.is(second.published + second.replaced, 0);
  assert.equal(await listRecords(), before);
  assert.is((await registry.listArtifacts()).length, 120);
});

test('with replace the same bytes change nothing, and other bytes take their place', async () => {
  await populate({ count: 20 });
  const before = await listRecords();
  const same = await populate({ count: 20, replace: true });
  assert.is(same.alreadyThere, 20);
  assert.equal(await listRecords(), before);
  const other = await populate({ count: 20, replace: true, source: withoutTiny('other') });
  assert.is(other.replaced, 20);
  await sweepUploads(registry, Date.now() + replacedKeptMs);
  assert.is((await registry.listArtifacts()).length, 20);
});

test('an interrupted start leaves no half of a model, and the next one goes on', async () => {
  const controller = new AbortController();
  const first = await populate({
    count: 60,
    signal: controller.signal,
    onProgress: ({ done }) => done === 20 && controller.abort(),
  });
  assert.is(first.interrupted, true);
  assert.ok(first.published >= 20 && first.published < 60, String(first.published));
  const keys = (await listRecords()).map(({ objectKey }) => objectKey);
  assert.equal([...keys].sort(), [...(await registry.listArtifacts())].sort());
  const second = await populate({ count: 60 });
  assert.is(second.interrupted, false);
  assert.is(second.published + second.alreadyThere, 60);
  assert.ok(second.alreadyThere >= first.published);
  assert.is((await registry.listArtifacts()).length, 60);
});

test('a model that cannot be published is told with its reason, and the others are published', async () => {
  const modelId = await nameFirst(withoutTiny());
  await publishModel(registry, { modelId, version: 'main', content: send('other bytes') });
  const summary = await populate({ count: 10 });
  assert.is(summary.published, 9);
  assert.is(summary.failed.length, 1);
  assert.is(summary.failed[0]?.modelId, modelId);
  assert.match(summary.failed[0]?.reason ?? '', 'is published as sha256:');
});

test('stores that go down in between end it with one error instead of hundreds', async () => {
  try {
    await populate({ count: 200, onProgress: ({ done }) => done === 10 && registry.dynamodb.takeDown() });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'DynamoDB cannot be reached');
  }
  await registry.dynamodb.restore();
  assert.is((await populate({ count: 200 })).failed.length, 0);
});

test('the program publishes, tells so in one line on stderr, and ends with 0', async () => {
  const { exitCode, stdout, stderr } = await run(['--performance', '--count', '30']);
  assert.is(exitCode, 0);
  assert.is(stdout, '');
  assert.match(stderr, /^stores {4}http:\/\/127\.0\.0\.1:\d+ /);
  assert.match(stderr, /^30 models: 30 published, 0 already there, 0 failed in \d+\.\d s$/m);
  assert.ok(stderr.split('\n').length <= 6);
});

test('progress counts failed models apart', () => {
  const progress = { done: 15, failed: 3, total: 60, bytes: 0 };
  assert.is(describeModels(progress), '12 of 60 models, 3 failed');
  assert.is(describeModels({ ...progress, failed: 0 }), '15 of 60 models');
});

test('the program ends with 1 and the list when some models failed', async () => {
  const modelId = await nameFirst(withoutTiny());
  await publishModel(registry, { modelId, version: 'main', content: send('other bytes') });
  const { exitCode, stderr } = await run(['--performance', '--count', '2']);
  assert.is(exitCode, 1);
  assert.match(stderr, `failed ${modelId}: ${modelId}@main is published as`);
});

test('a signal ends the program cleanly with 105, and a second start ends with all models', async () => {
  const child = run(['--performance', '--count', '100', '--concurrency', '2']);
  while ((await registry.listArtifacts()).length === 0) await sleep(20);
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  assert.is(exitCode, 105);
  assert.match(stderr, 'interrupted');
  assert.is((await run(['--performance', '--count', '100'])).exitCode, 0);
  assert.is((await registry.listArtifacts()).length, 100);
});

test('the program without --performance says what it would do and ends with 104', async () => {
  const { exitCode, stderr } = await run([]);
  assert.is(exitCode, 104);
  assert.match(stderr, '--performance is missing');
  assert.match(stderr, '24,834,009 bytes');
});

test('wrong environment values end the program with 104 and are told all at once', async () => {
  const { exitCode, stderr } = await run(['--performance'], { MODELS_BUCKET: 'A', RUNS_TABLE: 'b' });
  assert.is(exitCode, 104);
  assert.match(stderr, 'MODELS_BUCKET is "A"');
  assert.match(stderr, 'RUNS_TABLE is "b"');
});

function populate(options: Partial<PopulateOptions>) {
  const { models, artifacts } = registry;
  return populateRegistry({
    models,
    artifacts,
    source: withoutTiny(),
    count: 50,
    concurrency: 16,
    ...options,
  });
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  const { modelsBucket, runsBucket, modelsTable, runsTable } = registry.stores;
  const names = {
    MODELS_BUCKET: modelsBucket,
    RUNS_BUCKET: runsBucket,
    MODELS_TABLE: modelsTable,
    RUNS_TABLE: runsTable,
  };
  return execa(process.execPath, [program, ...args], { env: { ...names, ...env }, reject: false });
}

async function listRecords(): Promise<readonly ModelRecord[]> {
  const records: ModelRecord[] = [];
  let cursor: string | null = null;
  do {
    const page = await registry.models.listModels({ limit: 100, cursor });
    records.push(...page.records);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return records;
}

/** Small models alone: Tiny-LLM takes its time. */
function withoutTiny(seed?: string): ModelSource {
  const source = createSyntheticSource(seed);
  return {
    ...source,
    async *list(signal) {
      for await (const model of source.list(signal)) if (!model.isRequired) yield model;
    },
  };
}

async function nameFirst(source: ModelSource): Promise<string> {
  for await (const { modelId } of source.list(new AbortController().signal)) return modelId;
  throw new Error(`${source.name} has no model`);
}

async function* send(bytes: string) {
  yield Buffer.from(bytes);
}

test.run();
