import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listAllModels } from '../../../server/registry/list-all-models.ts';
import { type RegistryFixture, startRegistry } from '../../../server/test/registry-fixture.ts';
import { createHuggingFaceSource } from '../../model-sources/huggingface.ts';
import { makeHubModel, tinyLlm } from '../../model-sources/test/hub-models.ts';
import { type HubServer, startHubServer } from '../../model-sources/test/hub-server.ts';
import { type PopulateOptions, populateRegistry } from '../populate-registry.ts';

const test = suite('populate from the hub');
const program = fileURLToPath(new URL('../../populate-registry.ts', import.meta.url));
const limits = { attempts: 3, backoffMs: 5, silenceMs: 2_000 };
/** With one that does not fit, one that is like another once sanitized, and one that is listed twice. */
const names = ['a/b_c', 'a_b/c', 'x/-no', 'd/1', 'd/2', 'd/1', 'd/3', 'd/4', 'd/5', 'd/6', 'd/7', 'd/8'];
const listed = [tinyLlm, ...names.map((name) => makeHubModel(name))];
let servers: RegistryFixture;
let registry: RegistryFixture;
let hub: HubServer;

test.before(async () => {
  servers = await startRegistry();
});

test.before.each(async () => {
  registry = await servers.createEmpty();
  hub = await startHubServer(listed, 5);
});

test.after.each(async () => {
  await hub?.close();
});

test.after(async () => {
  await servers?.close();
});

test('the first models of the listing that can be had are there, the others are named with their reasons', async () => {
  hub.spoil('d/2/resolve', { status: 401 });
  hub.spoil('d/4/tree', { status: 404 });
  hub.spoil('d/5/resolve', { content: '{"other": "bytes"}' });
  const summary = await populate({ count: 6 });
  assert.is(summary.published, 6);
  assert.equal(summary.failed, []);
  assert.is(summary.missing, null);
  assert.equal(await listIds(), ['a/b_c', 'arnir0/Tiny-LLM', 'd/1', 'd/3', 'd/6', 'd/7']);
  const reasons = new Map(summary.passedOver.map(({ modelId, reason }) => [modelId, reason]));
  assert.equal([...reasons.keys()].sort(), ['a_b/c', 'd/2', 'd/4', 'd/5', 'x/-no']);
  assert.match(reasons.get('a_b/c') ?? '', 'would be a_b_c in paths, as a/b_c is');
  assert.match(reasons.get('x/-no') ?? '', 'its id is not allowed here');
  assert.match(reasons.get('d/2') ?? '', 'the hub answers 401 for README.md: Access is restricted');
  assert.match(reasons.get('d/5') ?? '', 'README.md is announced with 18 bytes');
  assert.equal(
    [...(await registry.listArtifacts())].sort(),
    (await listRecords()).map(({ objectKey }) => objectKey).sort(),
  );
});

test('a second start asks the hub for nothing that is there, and changes nothing', async () => {
  hub.spoil('d/1/tree', { status: 404 });
  await populate({ count: 5 });
  const before = await listRecords();
  const asked = hub.requests.length;
  const second = await populate({ count: 5 });
  assert.is(second.alreadyThere, 5);
  assert.equal(await listRecords(), before);
  const targets = hub.requests.slice(asked).map(({ target }) => target);
  assert.equal(
    targets.filter((target) => target.includes('/resolve/')),
    [],
  );
  assert.equal(targets.filter((target) => /\/(a|d)\//.test(target)).length, 1);
});

test('what the hub has committed since is taken with replace alone', async () => {
  await populate({ count: 2 });
  const before = await listRecords();
  const newer = makeHubModel('a/b_c', { files: { 'README.md': 'new' }, entry: { sha: 'f'.repeat(40) } });
  const other = await startHubServer([tinyLlm, newer]);
  try {
    const source = createHuggingFaceSource({ endpoint: other.url, token: null, limits });
    assert.is((await populate({ count: 2, source })).alreadyThere, 2);
    assert.equal(await listRecords(), before);
    const second = await populate({ count: 2, source, replace: true });
    assert.is(second.replaced, 1);
    assert.is(second.alreadyThere, 1);
  } finally {
    await other.close();
  }
});

test('Tiny-LLM is never replaced: without it the end is 1 and a list', async () => {
  hub.spoil('Tiny-LLM/revision', { status: 403 });
  const { exitCode, stderr, stdout } = await run(['--count', '3']);
  assert.is(exitCode, 1);
  assert.is(stdout, '');
  assert.match(stderr, /^failed arnir0\/Tiny-LLM: the hub answers 403: Access is restricted$/m);
  assert.match(stderr, /^3 models: 2 published, 0 already there, 1 failed, 2 passed over in /m);
  assert.equal(await listIds(), ['a/b_c', 'd/1']);
});

test('another Tiny-LLM than the hub’s is not overwritten, and not passed over in silence', async () => {
  await populate({ count: 1 });
  const other = await startHubServer([{ ...tinyLlm, files: { 'README.md': 'new' }, large: [] }]);
  try {
    const source = createHuggingFaceSource({ endpoint: other.url, token: null, limits });
    const { failed } = await populate({ count: 1, source });
    assert.match(
      failed[0]?.reason ?? '',
      /is published as sha256:\w+ with 3000\d+ bytes, but would have \d+; --replace/,
    );
    assert.equal(
      other.requests.filter(({ target }) => target.includes('/resolve/')),
      [],
    );
  } finally {
    await other.close();
  }
});

test('a listing that is shorter than what was asked for ends with what there is, and with 1', async () => {
  const { exitCode, stderr } = await run(['--count', '20']);
  assert.is(exitCode, 1);
  assert.match(stderr, /^missing 10 of 20 models: huggingface has no more models$/m);
  assert.is((await listIds()).length, 10);
});

test('a listing that breaks off ends with what it gave and its reason', async () => {
  hub.spoil('cursor=5', { status: 500 });
  const summary = await populate({ count: 9 });
  assert.is(summary.published, 3);
  assert.match(summary.missing?.reason ?? '', /the listing of huggingface ended: the hub answers 500, 3 times/);
  assert.is(summary.missing?.models, 6);
});

test('a hub that is gone ends it soon, with all that is missing', async () => {
  hub.spoil('/resolve/', { status: 503 });
  const summary = await populate({ count: 10 });
  assert.is(summary.published, 0);
  assert.is(summary.failed[0]?.modelId, 'arnir0/Tiny-LLM');
  assert.is(summary.failed.length + (summary.missing?.models ?? 0), 10);
  assert.match(summary.missing?.reason ?? '', 'the hub answers 503, 3 times in a row');
  assert.equal(await registry.listArtifacts(), []);
});

test('Ctrl-C in the middle of a model ends with 105 at once and leaves nothing of it; the next start ends as one without it', async () => {
  hub.spoil('d/2/', { status: 404 });
  hub.spoil('d/3/resolve', { stallAfterBytes: 5 });
  const interrupted = run(['--count', '7', '--concurrency', '2']);
  await hub.seen('d/4/resolve');
  while ((await listIds()).length < 4) await sleep(20);
  const startedMs = performance.now();
  interrupted.kill('SIGINT');
  const { exitCode, stderr } = await interrupted;
  assert.is(exitCode, 105);
  assert.match(stderr, 'interrupted; the next start goes on from here');
  assert.ok(performance.now() - startedMs < 2_000);
  assert.equal(
    [...(await registry.listArtifacts())].sort(),
    (await listRecords()).map(({ objectKey }) => objectKey).sort(),
  );
  assert.not.ok((await listIds()).includes('d/3'));

  hub.heal();
  hub.spoil('d/2/', { status: 404 });
  assert.is((await run(['--count', '7'])).exitCode, 0);
  const resumed = await describeRegistry();
  registry = await servers.createEmpty();
  await populate({ count: 7 });
  assert.equal(await describeRegistry(), resumed);
});

test('an interruption does not wait for an S3 that has fallen silent', async () => {
  const controller = new AbortController();
  registry.s3.setFault({ afterBytes: 0, act: 'stall' });
  const populating = populate({ count: 3, signal: controller.signal });
  await sleep(300);
  const startedMs = performance.now();
  controller.abort();
  const summary = await populating;
  registry.s3.setFault(null);
  assert.is(summary.interrupted, true);
  assert.ok(performance.now() - startedMs < 2_000);
  assert.equal(await listIds(), []);
});

test('a wrong HF_ENDPOINT or HF_TOKEN is a usage error that does not show the token', async () => {
  const { exitCode, stderr } = await run([], { HF_ENDPOINT: 'huggingface.co', HF_TOKEN: 'my-secret' });
  assert.is(exitCode, 104);
  assert.match(stderr, 'HF_ENDPOINT is "huggingface.co"; allowed: an http:// or https:// URL');
  assert.match(stderr, 'HF_TOKEN is 9 characters; allowed: an access token, which starts with "hf_"');
  assert.not.match(stderr, 'my-secret');
});

function populate(options: Partial<PopulateOptions>) {
  const { models, artifacts } = registry;
  const source = createHuggingFaceSource({ endpoint: hub.url, token: null, limits });
  return populateRegistry({ models, artifacts, source, count: 10, concurrency: 3, ...options });
}

function run(args: readonly string[], env: Record<string, string> = {}) {
  const { modelsBucket, runsBucket, modelsTable, runsTable } = registry.stores;
  const names = {
    MODELS_BUCKET: modelsBucket,
    RUNS_BUCKET: runsBucket,
    MODELS_TABLE: modelsTable,
    RUNS_TABLE: runsTable,
  };
  return execa(process.execPath, [program, '--performance', '--source', 'huggingface', ...args], {
    env: { ...names, HF_ENDPOINT: hub.url, HF_TOKEN: '', ...env },
    reject: false,
  });
}

async function listRecords() {
  const records = [];
  for await (const record of listAllModels(registry.models)) records.push(record);
  return records;
}

async function listIds(): Promise<readonly string[]> {
  return (await listRecords()).map(({ modelId }) => modelId).sort();
}

async function describeRegistry(): Promise<readonly string[]> {
  return (await listRecords())
    .map(({ modelId, sizeBytes, digest }) => `${modelId} ${sizeBytes} ${digest}`)
    .sort();
}

test.run();
