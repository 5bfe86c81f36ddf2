import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ArtifactFill } from '../artifact-fill.ts';
import { SharedBody } from '../shared-body.ts';

const test = suite('shared body');
const bytes = randomBytes(2 * 1024 * 1024 + 5);
const record = {
  id: 'any',
  modelId: 'any',
  version: 'main',
  sizeBytes: bytes.length,
  digest: 'sha256:any',
  objectKey: 'performance/any/main/one/model.zip',
  publishedAt: '2026-01-01T00:00:00.000Z',
};
const whole = { startByte: 0, endByte: bytes.length };

test('what came of an artifact is sent within 100 ms, though S3 sends nothing more, and the last byte when it is whole', async () => {
  const store = new PassThrough();
  const ended = Promise.withResolvers<void>();
  const small = { ...record, sizeBytes: 30 };
  const fill = new ArtifactFill({ open: async () => store }, small, Buffer.alloc(30), () => ended.resolve());
  let received = 0;
  const body = new SharedBody(fill, { startByte: 0, endByte: 30 }, new AbortController().signal);
  body.on('data', (slice: Buffer) => {
    received += slice.length;
  });
  for (const sent of [10, 20, 29]) {
    store.write(Buffer.alloc(sent - received));
    const writtenMs = performance.now();
    while (received < sent && performance.now() - writtenMs < 2_000) await sleep(5);
    assert.is(received, sent);
  }
  store.write(Buffer.alloc(1));
  await sleep(120);
  assert.is(received, 29);
  store.end();
  await once(body, 'end');
  assert.is(received, 30);
});

test('bodies take turns, a slice of at most 512 KiB each', async () => {
  const fill = await openWhole();
  const { signal } = new AbortController();
  const turns: string[] = [];
  const bodies = ['a', 'b', 'c'].map((name) => {
    const body = new SharedBody(fill, whole, signal);
    body.on('data', (slice: Buffer) => {
      assert.ok(slice.length <= 512 * 1024);
      turns.push(name);
    });
    return once(body, 'end');
  });
  await Promise.all(bodies);
  assert.is(turns.join(''), 'abc'.repeat(5));
});

test('in a turn of the event loop four slices leave, however many bodies there are, and then those that waited longest', async () => {
  const fill = await openWhole();
  const { signal } = new AbortController();
  const sent = Array.from({ length: 20 }, () => 0);
  for (const index of sent.keys()) {
    new SharedBody(fill, whole, signal).on('data', () => {
      sent[index] = (sent[index] ?? 0) + 1;
    });
  }
  await new Promise<void>((resolve) => process.nextTick(resolve));
  for (let turn = 1; turn <= 10; turn += 1) {
    await nextTurn();
    const all = sent.reduce((sum, slices) => sum + slices, 0);
    assert.is(all, 4 * turn);
    assert.ok(Math.max(...sent) - Math.min(...sent) <= 1, String(sent));
  }
});

test('slices are views of the one buffer, not copies', async () => {
  const fill = await openWhole();
  const [slice] = (await once(new SharedBody(fill, whole, new AbortController().signal), 'data')) as [Buffer];
  assert.is(slice.buffer, fill.view(0, 1).buffer);
});

test('a body whose client reads nothing prepares nothing for it', async () => {
  const fill = await openWhole();
  const body = new SharedBody(fill, whole, new AbortController().signal);
  body.once('data', () => body.pause());
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  assert.is(body.readableLength, 0);
});

test('a body whose signal was aborted before it began is closed without an error', async () => {
  const body = new SharedBody(await openWhole(), whole, AbortSignal.abort());
  await once(body, 'close');
  assert.is(body.errored, null);
});

async function openWhole(): Promise<ArtifactFill> {
  const ended = Promise.withResolvers<void>();
  const artifacts = { open: async () => Readable.from([bytes]) };
  const fill = new ArtifactFill(artifacts, record, Buffer.alloc(bytes.length), () => ended.resolve());
  assert.is(await fill.waitForHead(new AbortController().signal), true);
  await ended.promise;
  return fill;
}

test.run();
