import { Readable } from 'node:stream';
import type { buildApp } from 'fauxqs';
import { AnswerLedger, findObjectBucket, type OpenAnswer } from '../../bench/lab/answer-ledger.ts';
import { storeCountsPath } from '../../contract/store-counts.ts';

/** Counts and times the GETs of objects, and answers with them at `storeCountsPath`. */
export function countAnswers(app: ReturnType<typeof buildApp>): void {
  const ledger = new AnswerLedger();
  const open = new WeakMap<object, OpenAnswer>();

  app.addHook('onRequest', async (request, reply) => {
    if (request.url === storeCountsPath) return reply.send(ledger.read('embedded', null));
    const bucket = findObjectBucket(request.method, request.url);
    if (bucket === null) return undefined;
    const answer = ledger.open(bucket);
    open.set(request, answer);
    const { socket } = request.raw;
    const bytesBefore = socket.bytesWritten;
    reply.raw.once('close', () => {
      // Of a body that was cut the connection alone knows, and it counts what waits in it as well.
      if (!reply.raw.writableFinished)
        answer.sent(Math.min(findLength(reply), socket.bytesWritten - bytesBefore));
      answer.abort();
    });
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const answer = open.get(request);
    if (answer && reply.statusCode < 300) {
      answer.begin();
      // It has all bytes in memory: from here on it waits for its reader.
      answer.waitFor('reader');
      const announced = findLength(reply);
      reply.raw.once('finish', () => {
        answer.sent(payload instanceof Readable ? announced : Buffer.byteLength(payload as Buffer));
        answer.finish();
      });
    }
    return payload;
  });
}

function findLength(reply: { getHeader(name: string): unknown }): number {
  return Number(reply.getHeader('content-length') ?? 0);
}
