import type { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { routes } from '../../contract/routes.ts';
import type { Delivered, DeliveryRequest, DeliveryStrategy } from '../delivery/delivery-strategy.ts';
import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ByteRange, ModelStore } from '../registry/stores.ts';
import { makeEtag, setArtifactHeaders } from './artifact-headers.ts';
import { reportFailedBody, watchDeparture } from './client-departure.ts';
import { findModel } from './find-model.ts';
import { readModelPath } from './path-parameters.ts';
import { evaluatePreconditions } from './preconditions.ts';

import { selectRange } from './select-range.ts';

export interface DownloadDependencies {
  readonly models: ModelStore;
  readonly delivery: DeliveryStrategy;
}

/** `GET` and `HEAD` of an artifact. A body that cannot be completed ends as a reset connection. */
export function addDownloadRoute(router: Router, { models, delivery }: DownloadDependencies): void {
  router.get(routes.download, async (ctx) => {
    const { id, version } = readModelPath(ctx.params);
    const signal = watchDeparture(ctx);
    let goneKey: string | null = null;
    for (;;) {
      const record = await findModel(models, id, version);
      if (record.objectKey === goneKey) throw new Error(`${goneKey} has a record, but is not in its store.`);
      if (await answerWith(ctx, record, delivery, signal)) return;
      // Between the record and the artifact the version was replaced: its new record leads on.
      goneKey = record.objectKey;
    }
  });
}

/** False, with nothing answered, when the artifact is gone. */
async function answerWith(
  ctx: Context,
  record: ModelRecord,
  delivery: DeliveryStrategy,
  signal: AbortSignal,
): Promise<boolean> {
  const etag = makeEtag(record);
  const precondition = evaluatePreconditions(ctx.headers, etag);
  if (precondition === 'failed') {
    throw new DomainError('precondition_failed', `If-Match names other bytes; the artifact is ${etag}.`);
  }
  if (precondition === 'not_modified') {
    setArtifactHeaders(ctx, record, delivery.name);
    ctx.status = 304;
    return true;
  }
  const range = readRange(ctx, record, etag);
  if (ctx.method === 'HEAD') {
    setArtifactHeaders(ctx, record, delivery.name);
    ctx.status = 200;
    ctx.length = record.sizeBytes;
    return true;
  }
  const isConditional = ctx.headers['if-match'] !== undefined || ctx.headers['if-range'] !== undefined;
  const delivered = await openUnlessLeft(delivery, { record, range, isConditional, signal });
  if (delivered === 'left') {
    // Nobody reads it; the code that servers log for it.
    ctx.status = 499;
    return true;
  }
  if (delivered.kind === 'gone') return false;
  setArtifactHeaders(ctx, record, delivery.name);
  sendBody(ctx, record, range, delivered.body, signal);
  return true;
}

/** Null for all of it. */
function readRange(ctx: Context, { sizeBytes }: ModelRecord, etag: string): ByteRange | null {
  const selection = selectRange(ctx.method, ctx.headers, { etag, sizeBytes });
  if (selection === 'whole') return null;
  if (selection !== 'unsatisfiable') return selection;
  ctx.set({ 'Content-Range': `bytes */${sizeBytes}`, 'Accept-Ranges': 'bytes' });
  throw new DomainError(
    'range_not_satisfiable',
    `Range is ${JSON.stringify(ctx.get('Range').slice(0, 80))}; the artifact has ${sizeBytes} bytes.`,
  );
}

async function openUnlessLeft(
  delivery: DeliveryStrategy,
  request: DeliveryRequest,
): Promise<Delivered | 'left'> {
  try {
    return await delivery.open(request);
  } catch (error) {
    if (request.signal.aborted) return 'left';
    throw error;
  }
}

function sendBody(
  ctx: Context,
  record: ModelRecord,
  range: ByteRange | null,
  body: Readable,
  signal: AbortSignal,
): void {
  // Before Koa listens: closing the connection in order would let a short body pass for a whole one.
  body.once('error', (error) => {
    if (signal.aborted) return;
    ctx.req.socket.resetAndDestroy();
    reportFailedBody(ctx, `${record.objectKey} could not be sent to its end.`, error);
  });
  ctx.status = range ? 206 : 200;
  if (range) ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${record.sizeBytes}`);
  ctx.body = body;
  ctx.length = range ? range.end - range.start + 1 : record.sizeBytes;
}
