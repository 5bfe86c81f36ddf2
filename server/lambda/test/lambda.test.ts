import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtFromFile, builtFromSchema } from '../../../contract/built-from.ts';
import type { deliveryStrategies } from '../../../contract/environment.ts';
import { downloadPath } from '../../../contract/routes.ts';
import { bundleFunction } from '../../../infra/bundle-function.ts';
import { createDocumentStore } from '../../aws/document-store.ts';
import { createRunStore } from '../../aws/run-store.ts';
import { addDownloadContract } from '../../http/test/download-contract.ts';
import { makeRun } from '../../performance/test/support/make-run.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type FunctionProcess, startFunction, triggerToken } from './support/start-function.ts';

const test = suite('function on Lambda');
const mib = 1024 * 1024;
const bytes = randomBytes(60_000);
/** As large as Tiny-LLM's. */
const largeBytes = randomBytes(24_834_009);
const strategies = ['streamed', 'redirected'] as const satisfies readonly (typeof deliveryStrategies)[number][];
const functions = new Map<string, FunctionProcess>();
let registry: RegistryFixture;
let main: ModelRecord;
let fixed: ModelRecord;

test.before(async () => {
  registry = await startRegistry();
  [main, fixed] = await Promise.all([
    publish('arnir0/Tiny-LLM', 'main', bytes),
    publish('arnir0/Tiny-LLM', 'v1.0', bytes),
    publish('large', 'main', largeBytes),
  ]);
  await Promise.all(
    strategies.map(async (name) => {
      functions.set(name, await startFunction(registry.stores, { DELIVERY: name }));
    }),
  );
});

test.after(async () => {
  await Promise.all([...functions.values()].map((one) => one.close()));
  await registry?.close();
});

for (const name of strategies) {
  addDownloadContract(test, name, () => ({ url: find(name).url, bytes, main, fixed }));
}

test('a reader that stops is waited for, and 24.8 MB then arrive whole from a bounded memory', async () => {
  const { url, readMemory } = find('streamed');
  const before = await readMemory();
  const answer = await open(`${url}${downloadPath('large', 'main')}`);
  answer.pause();
  const stalled = await waitUntilStill(readMemory);
  assert.ok(
    stalled.acceptedBytes < 12 * mib,
    `${stalled.acceptedBytes} bytes went to a reader that reads nothing`,
  );
  const digest = createHash('sha256');
  let received = 0;
  let mostBuffered = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    digest.update(chunk);
    if (Math.floor(received / mib) < Math.floor((received + chunk.length) / mib)) {
      const { arrayBuffers } = await readMemory();
      mostBuffered = Math.max(mostBuffered, arrayBuffers - before.arrayBuffers);
    }
    received += chunk.length;
  }
  assert.is(received, largeBytes.length);
  assert.is(digest.digest('hex'), createHash('sha256').update(largeBytes).digest('hex'));
  assert.ok(mostBuffered < 12 * mib, `${mostBuffered} bytes were held`);
});

test('a reader that leaves ends the read from S3, and the next request is answered', async () => {
  const { url, readLog } = find('streamed');
  const answer = await open(`${url}${downloadPath('large', 'main')}`);
  answer.destroy();
  const next = await fetch(`${url}/health/live`);
  assert.is(next.status, 200);
  assert.is(readLog(), '');
});

test('POST needs the token that the parameter holds, and the body arrives', async () => {
  const { url } = find('redirected');
  const post = (authorization: string) =>
    fetch(`${url}/health/performance/workload`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ num_clients: 0 }),
    });
  assert.is((await post('Bearer another-token-altogether')).status, 401);
  const answer = await post(`Bearer ${triggerToken}`);
  assert.is(answer.status, 422);
  assert.match(await answer.text(), /num_clients is 0/);
});

test('a profile that asks for blocking is refused by name', async () => {
  const answer = await fetch(`${find('redirected').url}/health/performance/workload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${triggerToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ profile: { delivery: 'blocking' } }),
  });
  const text = await answer.text();
  assert.is(answer.status, 422, text);
  assert.match(
    text,
    /profile\.delivery is .*blocking.*; allowed: on this backend one of buffered, streamed, cached, redirected/,
  );
});

test('an address outside the ranges is refused, unless it names the active run', async () => {
  const closed = await startFunction(registry.stores, { ALLOWED_CIDRS: '198.51.100.0/24,2001:db8::/32' });
  try {
    const runs = openRuns();
    const run = makeRun();
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${closed.url}/health/live`, { headers })).status;
    assert.is(await ask({}), 403);
    assert.is(await ask({ 'x-test-source-ip': '198.51.100.9' }), 200);
    assert.is(await ask({ 'x-test-source-ip': '2001:db8::9' }), 200);
    assert.is(await ask({ 'x-test-source-ip': '2001:db9::9' }), 403);
    assert.is(await ask({ 'x-run-id': run.run_id }), 403);
    await runs.takeLock(run.run_id, new Date(Date.now() + 60_000).toISOString());
    assert.is(await ask({ 'x-run-id': run.run_id }), 200);
    assert.is(await ask({ 'x-run-id': makeRun().run_id }), 403);
  } finally {
    await closed.close();
  }
});

test('what a run’s request did is stored as final with it, for there may be no later', async () => {
  const runs = openRuns();
  const run = makeRun();
  await runs.createRun(run);
  const { url } = find('streamed');
  for (const count of [1, 2]) {
    const answer = await fetch(`${url}${downloadPath(main.id, 'main')}`, {
      headers: { 'x-run-id': run.run_id },
    });
    await answer.bytes();
    // The last byte is here a little before the response has ended.
    const [instance, ...others] = await until(
      () => runs.listInstances(run.run_id),
      ([found]) => found?.requests_completed === count,
    );
    assert.is(others.length, 0);
    assert.is(instance?.final, true);
  }
});

test('every fault of its configuration is told at once when it starts', async () => {
  try {
    const started = await startFunction(registry.stores, { DELIVERY: 'blocking', ALLOWED_CIDRS: '10.0.0.1' });
    await started.close();
    assert.unreachable();
  } catch (error) {
    const { message } = error as Error;
    assert.match(message, /2 faults/);
    assert.match(message, /DELIVERY is "blocking"/);
    assert.match(message, /ALLOWED_CIDRS is "10\.0\.0\.1"; allowed: IPv4 or IPv6 ranges/);
  }
});

test('the dashboard is served as it was built, for there is no bundler', async () => {
  const page = await fetch(`${find('redirected').url}/`);
  const text = await page.text();
  assert.is(page.status, 200, text);
  const [, script = ''] = text.match(/src="([^"]+[.]js)"/) ?? [];
  assert.is((await fetch(new URL(script, page.url))).status, 200, script);
});

test('the bundle names the commit and the lockfile that it was built from', async () => {
  const text = await readFile(join(bundleFunction(), builtFromFile), 'utf8');
  const { git_commit, lockfile_sha256 } = builtFromSchema.parse(JSON.parse(text));
  const { stdout } = await execa('git', ['rev-parse', 'HEAD'], { reject: false });
  assert.match(git_commit, stdout === '' ? /^unavailable$/ : /^[0-9a-f]{40}$/);
  assert.is(
    lockfile_sha256,
    createHash('sha256')
      .update(await readFile('package-lock.json'))
      .digest('hex'),
  );
});

test('the bundle is the same bytes each time, and small', async () => {
  const read = () => readFile(join(bundleFunction(), 'lambda.mjs'));
  const first = await read();
  assert.ok(first.equals(await read()));
  // Half of a cold start is compiling it; Lambda itself takes 50 MB zipped.
  assert.ok(first.length < 3.5 * mib, `${first.length} bytes`);
  assert.ok(gzipSync(first).length < mib, `${gzipSync(first).length} bytes zipped`);
});

function openRuns() {
  const { clients, stores } = registry;
  return createRunStore(clients.dynamodb, stores.runsTable, createDocumentStore(clients.s3, stores.runsBucket));
}

function find(name: string): FunctionProcess {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`There is no function with DELIVERY=${name}.`);
  return found;
}

function open(url: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { agent: false }, resolve).on('error', reject);
  return promise;
}

async function until<Value>(read: () => Promise<Value>, isThere: (value: Value) => boolean): Promise<Value> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within 5 s; at last ${JSON.stringify(value)}`);
    await sleep(50);
  }
}

/** Until nothing moved for a while: kernel buffers take their share first. */
async function waitUntilStill(readMemory: FunctionProcess['readMemory']) {
  const deadline = Date.now() + 10_000;
  for (let last = await readMemory(); ; ) {
    await sleep(300);
    const now = await readMemory();
    if (now.acceptedBytes > 0 && now.acceptedBytes === last.acceptedBytes) return now;
    if (Date.now() > deadline) throw new Error(`Still moving at ${now.acceptedBytes} bytes.`);
    last = now;
  }
}

async function publish(modelId: string, version: string, content: Buffer): Promise<ModelRecord> {
  const chunks = (async function* () {
    yield content;
  })();
  return (await publishModel(registry, { modelId, version, content: chunks })).record;
}

test.run();
