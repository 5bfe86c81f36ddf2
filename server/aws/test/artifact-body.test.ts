import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ArtifactBody } from '../artifact-body.ts';

const test = suite('artifact body');
const chunk = Buffer.alloc(100_000, 'x');
const chunks = 20;
const silenceMs = 40;

test('an answer that was lost before it could be read is asked for again', async () => {
  const lost = [new PassThrough(), new PassThrough()].map((answer) => answer.destroy());
  const asked: number[] = [];
  const body = open(lost[0], (fromByte) => {
    asked.push(fromByte);
    return asked.length === 1 ? lost[1] : send(1);
  });
  assert.is((await buffer(body)).length, chunk.length);
  assert.equal(asked, [0, 0]);
});

test('an answer that comes after its reader has left is destroyed', async () => {
  const [lost, late] = [new PassThrough().destroy(), new PassThrough()];
  const body = open(lost, () => {
    body.destroy();
    return late;
  });
  body.resume();
  await Promise.race([once(late, 'close'), sleep(1_000, undefined, { ref: false })]);
  assert.ok(late.destroyed);
});

test('an answer stands still while its reader is busy, and goes on when he is ready', async () => {
  const answer = send(chunks);
  const body = open(answer, unasked, chunks);
  body.read(0);
  await sleep(2 * silenceMs);
  assert.ok(answer.isPaused());
  assert.ok(body.readableLength <= 2 * chunk.length, `${body.readableLength} bytes`);
  assert.is((await buffer(body)).length, chunks * chunk.length);
});

test('nobody watches for silence after the end', async () => {
  const answer = new Readable({ autoDestroy: false, read() {} });
  answer.push(chunk);
  const body = open(answer, unasked);
  await buffer(body);
  await sleep(4 * silenceMs);
  assert.not(answer.destroyed);
});

function unasked(): never {
  throw new Error('S3 was asked again.');
}

function open(
  first: Readable | undefined,
  reopen: (fromByte: number) => Readable | undefined,
  countChunks = 1,
): ArtifactBody {
  return new ArtifactBody({
    first: first as IncomingMessage,
    lengthBytes: countChunks * chunk.length,
    digest: null,
    reopen: async (fromByte) => reopen(fromByte) as IncomingMessage,
    silenceMs,
    signal: AbortSignal.timeout(5_000),
  });
}

function send(count: number): Readable {
  return Readable.from(Array.from({ length: count }, () => chunk));
}

test.run();
