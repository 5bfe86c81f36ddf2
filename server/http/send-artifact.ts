import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { Delivered } from '../delivery/delivery-strategy.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import { countBytes } from '../registry/read-range.ts';
import type { ByteRange } from '../registry/stores.ts';
import { findTrace } from '../request-trace.ts';
import { setArtifactHeaders } from './artifact-headers.ts';
import { cacheStatuses } from './cache-status.ts';
import { reportFailedBody } from './client-departure.ts';
import type { Validators } from './preconditions.ts';
import { resetConnection } from './reset-connection.ts';

export interface ArtifactAnswer {
  readonly record: ModelRecord;
  readonly validators: Validators;
  readonly range: ByteRange | null;
  readonly signal: AbortSignal;
}

/**
 * Answers with what a strategy delivered. Throws, with no header set, when the body fails before its first byte;
 * one that fails later ends as a reset connection.
 */
export async function sendArtifact(
  ctx: Context,
  answer: ArtifactAnswer,
  delivered: Exclude<Delivered, { kind: 'gone' }>,
): Promise<void> {
  if (delivered.kind === 'redirect') return redirect(ctx, delivered.location);
  if (delivered.kind === 'stream') await watchStream(ctx, answer, delivered.body);
  const { record, validators, range } = answer;
  setArtifactHeaders(ctx, record, validators);
  ctx.status = range ? 206 : 200;
  if (range) ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${record.sizeBytes}`);
  if (delivered.kind === 'stream') {
    if (delivered.cache) ctx.set('Cache-Status', cacheStatuses[delivered.cache]);
    traceBody(ctx, delivered.body);
  }
  ctx.body = delivered.body;
  ctx.length = countBytes(record, range);
}

/** From here on: whose turn it is, the client's or the store's. */
function traceBody({ res }: Context, body: Readable): void {
  const trace = findTrace();
  if (!trace) return;
  trace.enter('moving');
  body.on('pause', () => trace.enter('client_body'));
  body.once('end', () => trace.enter('client_body'));
  res.on('drain', () =>
    trace.enter(body.readableEnded ? 'client_body' : body.readableLength > 0 ? 'moving' : 's3_body'),
  );
}

/** No tag and no digest of the artifact: on a redirect a client may take them for those of its own, empty, content. */
function redirect(ctx: Context, location: string): void {
  ctx.set({
    Location: location,
    // Whoever has the address has the artifact, until it expires: no cache may hand it on.
    'Cache-Control': 'private, no-store',
  });
  ctx.body = null;
  ctx.status = 302;
}

async function watchStream(ctx: Context, { record, signal }: ArtifactAnswer, body: Readable): Promise<void> {
  let isSending = false;
  // Before Koa listens: closing the connection in order would let a short body pass for a whole one.
  body.on('error', (error) => {
    if (!isSending || signal.aborted) return;
    resetConnection(ctx.req.socket);
    reportFailedBody(ctx, `${record.objectKey} could not be sent to its end.`, error);
  });
  if (body.readableLength === 0 && !body.errored) await once(body, 'readable', { signal });
  if (body.errored) throw body.errored;
  isSending = true;
}
