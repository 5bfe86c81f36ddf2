import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
  const fill = new ArtifactFill({ open: async () => Readable.from([bytes]) }, record, () => ended.resolve());
  assert.is(await fill.waitForHead(new AbortController().signal), true);
  await ended.promise;
  return fill;
}

test.run();
