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
    reply.raw.once('close', () => answer.abort());
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const answer = open.get(request);
    if (answer && reply.statusCode < 300) {
      answer.begin();
      // It has all bytes in memory: from here on it waits for its reader.
      answer.waitFor('reader');
      const announced = Number(reply.getHeader('content-length') ?? 0);
      reply.raw.once('finish', () => {
        answer.sent(payload instanceof Readable ? announced : Buffer.byteLength(payload as Buffer));
        answer.finish();
      });
    }
    return payload;
  });
}
