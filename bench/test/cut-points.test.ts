import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { answerWith, body, closeRawServers, run, serveRaw } from './support/raw-server.ts';

const test = suite('cut points');
test.after(closeRawServers);

const small = body.subarray(0, 400);
const sized = answerWith(small);
const chunked = Buffer.concat([
  Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n190\r\n'),
  small,
  Buffer.from('\r\n0\r\n\r\n'),
]);
const request = { path: '/', expect: { bytes: small.length } };

test('wherever a response is split into packets, it succeeds and every byte is counted once', async () => {
  const splits = fc.array(fc.nat(sized.length - 1), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(splits, fc.boolean(), async (points, isChunked) => {
      const answer = isChunked ? chunked : sized;
      const parts = split(answer, points);
      const server = await serveRaw((socket) => void sendParts(socket, parts));
      const { attempts, wire } = await run(server.url, { request, vus: 2, iterations: 2 });
      assert.equal(
        attempts.map(({ outcome, error }) => error ?? outcome),
        Array(4).fill('ok'),
      );
      assert.equal(wire, { socket: 4 * answer.length, attempts: 4 * answer.length, discarded: 0 });
    }),
    { numRuns: 60 },
  );
});

test('wherever a response is cut, it is one failure, and the next request is none', async () => {
  const cuts = fc.nat(sized.length - 1);
  await fc.assert(
    fc.asyncProperty(cuts, fc.boolean(), fc.boolean(), async (at, isChunked, isReset) => {
      const answer = isChunked ? chunked : sized;
      const server = await serveRaw((socket, index) => {
        if (index % 2 === 1) socket.write(answer);
        else if (isReset) socket.write(answer.subarray(0, at), () => socket.resetAndDestroy());
        else socket.end(answer.subarray(0, at));
      });
      const { attempts, wire } = await run(server.url, { request, iterations: 4 });
      const outcomes = attempts.map(({ outcome }) => outcome);
      const sent = server.requests.length;
      assert.is(attempts.length, 4);
      assert.ok(wire !== null && wire.socket === wire.attempts + wire.discarded);
      assert.is(
        wire.attempts,
        attempts.reduce((sum, attempt) => sum + attempt.wire_bytes, 0),
      );
      for (const { outcome, body_bytes } of attempts) {
        assert.is(outcome === 'ok', body_bytes === small.length && outcome !== 'aborted');
      }
      assert.ok(outcomes.filter((outcome) => outcome === 'ok').length <= sent / 2);
      assert.ok(outcomes.includes('aborted'), outcomes.join());
    }),
    { numRuns: 60 },
  );
});

test.run();

function split(bytes: Buffer, points: readonly number[]): Buffer[] {
  const ends = [...points, bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter((part) => part.length > 0);
}

async function sendParts(socket: Socket, parts: readonly Buffer[]): Promise<void> {
  for (const part of parts) {
    socket.write(part);
    await nextTurn();
  }
}
