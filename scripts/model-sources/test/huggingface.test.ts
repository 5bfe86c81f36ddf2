import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createHubClient } from '../huggingface/hub-client.ts';
import { type HubLimits, hubLimits, Patience } from '../huggingface/patience.ts';
import { createHuggingFaceSource } from '../huggingface.ts';
import { ModelUnavailable, SourceLost, type SourceModel } from '../model-source.ts';
import { makeHubModel, tinyLlm, weights } from './hub-models.ts';
import type { HubModel } from './hub-routes.ts';
import { type HubFault, type HubServer, startHubServer } from './hub-server.ts';

const test = suite('models of the hub');
const never = new AbortController().signal;
const quick = { backoffMs: 5, silenceMs: 10_000 };
let hub: HubServer;

test.before.each(async () => {
  hub = await startHubServer(
    [makeHubModel('a/one'), tinyLlm, makeHubModel('b/two'), makeHubModel('c/three')],
    2,
  );
});

test.after.each(async () => {
  await hub?.close();
});

test('Tiny-LLM comes first, whole, in the size that was announced', async () => {
  const [tiny] = await list();
  assert.is(tiny?.modelId, 'arnir0/Tiny-LLM');
  assert.is(tiny?.isRequired, true);
  const zip = await read(tiny);
  assert.is(zip.length, (await tiny?.prepare(never))?.sizeBytes);
  for (const name of Object.keys(tinyLlm.files)) assert.ok(zip.includes(name), name);
  assert.ok(zip.includes(weights));
  assert.equal(digest(await read(tiny)), digest(zip));
});

test('all others follow in the order of the listing, over its pages', async () => {
  const names = (await list()).map(({ modelId }) => modelId);
  assert.equal(names, ['arnir0/Tiny-LLM', 'a/one', 'arnir0/Tiny-LLM', 'b/two', 'c/three']);
  assert.is(hub.requests.filter(({ target }) => target.startsWith('/api/models?')).length, 2);
});

test('of the others only the essential files are asked for, at the commit of the listing', async () => {
  const [, one] = await list();
  const zip = await read(one);
  assert.is(zip.length, (await one?.prepare(never))?.sizeBytes);
  assert.ok(zip.includes('tokenizer_config.json'));
  const asked = hub.requests.map(({ target }) => target).filter((target) => target.includes('/resolve/'));
  assert.equal(
    asked.map((target) => target.split('/').at(-1)),
    ['README.md', 'config.json', 'tokenizer_config.json'],
  );
  assert.ok(asked.every((target) => /\/a\/one\/resolve\/[0-9a-f]{40}\//.test(target)));
});

test('the token is shown to the hub and not to where it leads', async () => {
  const [tiny] = await list({}, 'hf_secret');
  await read(tiny);
  const tokens = (isLarge: boolean) =>
    new Set(
      hub.requests.filter(({ target }) => target.startsWith('/large') === isLarge).map(({ token }) => token),
    );
  assert.equal([...tokens(false)], ['Bearer hf_secret']);
  assert.equal([...tokens(true)], [undefined]);
});

test('the token is not shown to another origin, where a listing says that its next page is there', async () => {
  const other = await startHubServer([makeHubModel('d/four')]);
  try {
    hub.spoil('/api/models?', { nextPage: `${other.url}/api/models?pipeline_tag=text-generation&sort=likes` });
    const names = (await list({}, 'hf_secret')).map(({ modelId }) => modelId);
    assert.ok(names.includes('d/four'), names.join(' '));
    assert.equal(
      other.requests.map(({ token }) => token),
      [undefined],
    );
  } finally {
    await other.close();
  }
});

test('another name of the same machine is another origin, which gets no token', async () => {
  const { port } = new URL(hub.url);
  const patience = new Patience({ ...hubLimits, ...quick }, () => {});
  const client = createHubClient({ endpoint: `http://localhost:${port}`, token: 'hf_secret' }, patience);
  for (const url of [`http://localhost:${port}/own`, `http://127.0.0.1:${port}/other`]) {
    (await client.open(url, {}, never)).leave();
  }
  const shown = hub.requests.map(({ target, token }) => [target, token]);
  assert.equal(shown, [
    ['/own', 'Bearer hf_secret'],
    ['/other', undefined],
  ]);
});

const listingFaults: readonly [title: string, fault: HubFault, reason: string][] = [
  [
    'is refused says to check HF_TOKEN',
    { status: 401 },
    'the hub answers 401: Access is restricted; check HF_TOKEN',
  ],
  ['is html names HF_ENDPOINT', { content: '<html>' }, "the hub's answer is not the JSON of its API"],
  ['always breaks names HF_ENDPOINT', { cutAfterBytes: 0 }, 'the connection to the hub failed'],
];
for (const [title, fault, reason] of listingFaults) {
  test(`a listing that ${title}`, async () => {
    hub.spoil('/api/models?', fault);
    const error = await list().catch((thrown: unknown) => thrown);
    assert.instance(error, SourceLost);
    const { message } = error as Error;
    assert.ok(message.startsWith(reason), message);
    assert.ok(message.endsWith(` (HF_ENDPOINT is ${hub.url})`), message);
    assert.not.match(message, 'URL:');
  });
}

test('a body that is cut goes on at the byte where it broke', async () => {
  hub.spoil('/large/', { cutAfterBytes: 1_200_000 }, 2);
  const [tiny] = await list();
  assert.ok((await read(tiny)).includes(weights));
  const starts = hub.requests.filter(({ target }) => target.startsWith('/large/')).map(({ range }) => range);
  assert.is(starts.length, 3);
  assert.is(starts[0], undefined);
  const [second = 0, third = 0] = starts.slice(1).map((range) => Number(range?.match(/^bytes=(\d+)-$/)?.[1]));
  assert.ok(second > 0 && third > second && third < weights.length, starts.join(' '));
});

test('a body that begins anew although a part was asked for is not taken for the part', async () => {
  hub.spoil('/large/', { cutAfterBytes: 1_200_000 }, 1);
  hub.spoil('/large/', { ignoreRange: true });
  const [tiny] = await list();
  assert.ok((await read(tiny)).includes(weights));
});

test('answers that break, fail or fall silent are asked for again, wherever they are', async () => {
  for (const part of ['/api/models?', '/tree/', '/resolve/']) {
    for (const fault of [{ status: 503 }, { status: 429 }, { cutAfterBytes: 3 }, { stallAfterBytes: 3 }]) {
      hub.spoil(part, fault, 1);
    }
  }
  const [, one] = await list({ silenceMs: 300 });
  assert.is((await read(one)).length, (await one?.prepare(never))?.sizeBytes);
});

test('a wait that the hub asks for is waited, in seconds, as a date, or until its limit starts anew', async () => {
  const waits: string[] = [];
  const headers: Record<string, string>[] = [
    { 'retry-after': '1' },
    { 'retry-after': new Date(Date.now() + 2_000).toUTCString() },
    { ratelimit: '"api";r=0;t=1' },
  ];
  await Promise.all(
    headers.map(async (asked) => {
      const server = await startHubServer([makeHubModel('a/one')]);
      try {
        server.spoil('/api/models?', { status: 429, headers: asked }, 1);
        const source = createHuggingFaceSource({ endpoint: server.url, token: null, limits: quick });
        for await (const _ of source.list(never));
        const [first = 0, second = 0] = server.requests.map(({ atMs }) => atMs);
        waits.push(`${JSON.stringify(asked)} ${second - first >= 980 && second - first < 2_900}`);
      } finally {
        await server.close();
      }
    }),
  );
  assert.equal(
    waits.filter((wait) => !wait.endsWith(' true')),
    [],
  );
});

test('while one request was told to wait, the others wait too', async () => {
  const [, one, , two] = await list();
  hub.spoil('/one/resolve/', { status: 429, headers: { 'retry-after': '1' } }, 1);
  const first = read(one);
  await hub.seen('/one/resolve/');
  await sleep(50);
  const startedMs = performance.now();
  await Promise.all([first, read(two)]);
  assert.ok(performance.now() - startedMs > 800);
});

test('a wait that is too long is not begun', async () => {
  hub.spoil('/one/', { status: 429, headers: { 'retry-after': '3600' } });
  assert.match(await refuse('a/one'), /answers 429 and asks to wait 3600 s, which is too long/);
});

const refusals: readonly [title: string, part: string, fault: HubFault, reason: RegExp][] = [
  ['a gated one', '/tree/', { status: 403 }, /the hub answers 403: Access is restricted$/],
  ['one whose files are gated', 'README', { status: 401 }, /answers 401 for README.md: Access is restricted$/],
  ['a file that is listed but not there', 'config', { status: 404 }, /answers 404 for config.json/],
  ['a file of another size', 'config', { content: '{}' }, /announced with 2 bytes; the hub lists \d+/],
  ['a file of other bytes', 'README', { content: '# b/one\n' }, /README.md has the git-blob digest/],
  ['a listing that is no JSON', '/tree/', { content: '<html>' }, /not the JSON of its API/],
  ['one that always fails', '/tree/', { status: 500 }, /the hub answers 500, 6 times in a row/],
  [
    'one that always breaks',
    'config',
    { cutAfterBytes: 0 },
    /connection to the hub failed: .*, 6 times in a row/,
  ],
  ['one that is always silent', 'config', { stallAfterBytes: 4 }, /silent for 60 ms, 6 times in a row/],
];
for (const [title, part, fault, reason] of refusals) {
  test(`${title} is told with its reason`, async () => {
    hub.spoil(part, fault);
    const limits = 'stallAfterBytes' in fault ? { silenceMs: 60 } : {};
    assert.match(await refuse('a/one', limits), reason);
  });
}

test('weights with another sha256 than the hub lists are refused before their last byte', async () => {
  hub.spoil('/large/', { content: Buffer.concat([weights.subarray(1), weights.subarray(0, 1)]) });
  assert.match(
    await refuse('arnir0/Tiny-LLM'),
    /^model.safetensors has the sha256 digest [0-9a-f]{64}; the hub lists/,
  );
});

test('a model that is disabled, private, without a commit or an essential file is refused', async () => {
  const given: readonly [Partial<HubModel>, RegExp][] = [
    [{ entry: { disabled: true } }, /is disabled/],
    [{ entry: { private: true } }, /is private/],
    [{ entry: { sha: undefined } }, /names no commit/],
    [{ files: { 'model.gguf': '' } }, /has no essential file/],
    [{ files: { 'README.md': 'x'.repeat(1024 * 1024 + 1) } }, /has no essential file/],
  ];
  const server = await startHubServer(given.map(([more], index) => makeHubModel(`x/${index}`, more)));
  try {
    for (const [index, [, reason]] of given.entries()) {
      assert.match(await refuse(`x/${index}`, {}, server.url), reason);
    }
  } finally {
    await server.close();
  }
});

test('a hub that gives nothing any more is lost after five models, not after all of them', async () => {
  const [, one] = await list({ attempts: 2 });
  hub.spoil('/', { status: 502 });
  const errors: unknown[] = [];
  for (let index = 0; index < 5; index += 1) await one?.prepare(never).catch((error) => errors.push(error));
  assert.ok(errors.slice(0, 4).every((error) => error instanceof ModelUnavailable));
  assert.instance(errors[4], SourceLost);
});

test('a signal ends a read that waits for the hub, and its connection', async () => {
  const controller = new AbortController();
  const [tiny] = await list({ silenceMs: 10_000 });
  hub.spoil('/large/', { stallAfterBytes: 1_000 });
  const reading = read(tiny, controller.signal);
  await hub.seen('/large/');
  await sleep(50);
  const startedMs = performance.now();
  controller.abort();
  try {
    await reading;
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, 'AbortError');
  }
  assert.ok(performance.now() - startedMs < 500);
});

async function list(limits: Partial<HubLimits> = {}, token: string | null = null, url = hub.url) {
  const source = createHuggingFaceSource({ endpoint: url, token, limits: { ...quick, ...limits } });
  const models: SourceModel[] = [];
  for await (const model of source.list(never)) models.push(model);
  return models;
}

async function read(model: SourceModel | undefined, signal = never): Promise<Buffer> {
  const artifact = await model?.prepare(signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of artifact?.open(signal) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Why a model of the hub cannot be had. */
async function refuse(modelId: string, limits: Partial<HubLimits> = {}, url = hub.url): Promise<string> {
  const model = (await list(limits, null, url)).find((candidate) => candidate.modelId === modelId);
  try {
    await read(model);
  } catch (error) {
    assert.instance(error, ModelUnavailable);
    return (error as Error).message;
  }
  throw new Error(`${modelId} was given.`);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test.run();
