import type Router from '@koa/router';
import type { Context } from 'koa';
import { headers } from '../../contract/headers.ts';
import { routes } from '../../contract/routes.ts';
import type { DeliveryChoice, DeliveryStrategy } from '../delivery/delivery-strategy.ts';
import { DomainError } from '../domain-error.ts';
import { ArtifactGone } from '../registry/artifact-gone.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { RecordReads } from '../registry/record-reads.ts';
import type { ByteRange } from '../registry/stores.ts';
import { timePhase } from '../request-trace.ts';
import {
  describeArtifact,
  describeValidators,
  setArtifactHeaders,
  setRevalidationHeaders,
} from './artifact-headers.ts';
import { watchDeparture } from './client-departure.ts';
import { findModel } from './find-model.ts';
import { type DownloadLimit, limitDownloads } from './limit-downloads.ts';
import { mustAnswerHere } from './must-answer-here.ts';
import { readModelPath } from './path-parameters.ts';
import { evaluatePreconditions, type Validators } from './preconditions.ts';
import { resetConnection } from './reset-connection.ts';
import { isRunId } from './run-id.ts';
import { selectRange } from './select-range.ts';
import { type ArtifactAnswer, sendArtifact } from './send-artifact.ts';

export interface DownloadDependencies {
  readonly records: RecordReads;
  readonly delivery: DeliveryChoice;
  readonly downloadLimit: DownloadLimit;
}

/** `GET` and `HEAD` of an artifact. A body that cannot be completed ends as a reset connection. */
export function addDownloadRoute(
  router: Router,
  { records, delivery, downloadLimit }: DownloadDependencies,
): void {
  router.get(routes.download, limitDownloads(downloadLimit), async (ctx) => {
    const { id, version } = readModelPath(ctx.params);
    const signal = watchDeparture(ctx);
    const runId = ctx.get(headers.runId);
    const client = { signal, reset: () => resetConnection(ctx.req.socket) };
    const strategy = await timePhase('metadata', () => delivery.choose(isRunId(runId) ? runId : null, client));
    ctx.set(headers.delivery, strategy.name);
    let goneKey: string | null = null;
    for (;;) {
      const record = await findModel(goneKey === null ? records.find : records.findAnew, id, version);
      if (record.objectKey === goneKey) throw new Error(`${goneKey} has a record, but is not in its store.`);
      if (await answerWith(ctx, record, strategy, signal)) return;
      // Between the record and the artifact the version was replaced: its new record leads on.
      goneKey = record.objectKey;
    }
  });
}

/** False, with nothing answered, when the artifact is gone. */
async function answerWith(
  ctx: Context,
  record: ModelRecord,
  strategy: DeliveryStrategy,
  signal: AbortSignal,
): Promise<boolean> {
  const validators = describeValidators(record);
  const precondition = evaluatePreconditions(ctx.headers, validators);
  if (precondition === 'failed') {
    const condition = ctx.headers['if-match'] === undefined ? 'If-Unmodified-Since' : 'If-Match';
    throw new DomainError(
      'precondition_failed',
      `${condition} does not hold: the artifact is ${validators.etag}, published ${record.publishedAt}.`,
    );
  }
  if (precondition === 'not_modified') {
    setRevalidationHeaders(ctx, record, validators);
    ctx.status = 304;
    return true;
  }
  const range = readRange(ctx, record, validators);
  if (ctx.method === 'HEAD') {
    setArtifactHeaders(ctx, record, validators);
    ctx.status = 200;
    ctx.length = record.sizeBytes;
    return true;
  }
  return deliver(ctx, strategy, { record, validators, range, signal });
}

/** Null for all of it. */
function readRange(ctx: Context, { sizeBytes }: ModelRecord, { etag }: Validators): ByteRange | null {
  const selection = selectRange(ctx.method, ctx.headers, { etag, sizeBytes });
  if (selection === 'whole') return null;
  if (selection !== 'unsatisfiable') return selection;
  ctx.set({ 'Content-Range': `bytes */${sizeBytes}`, 'Accept-Ranges': 'bytes' });
  throw new DomainError(
    'range_not_satisfiable',
    `Range is ${JSON.stringify(ctx.get('Range').slice(0, 80))}; the artifact has ${sizeBytes} bytes.`,
  );
}

/** False, with nothing answered, when the artifact is gone. */
async function deliver(ctx: Context, strategy: DeliveryStrategy, answer: ArtifactAnswer): Promise<boolean> {
  const { record, range, signal } = answer;
  try {
    // Left while the record was looked for: what was begun now would be for nobody, of a run's strategy after its end.
    signal.throwIfAborted();
    const delivered = await strategy.open({
      record,
      range,
      signal,
      mustAnswerHere: mustAnswerHere(ctx.headers, range),
      headers: describeArtifact(record),
    });
    if (delivered.kind === 'gone') return false;
    await sendArtifact(ctx, answer, delivered);
  } catch (error) {
    // Nothing of it was sent.
    if (error instanceof ArtifactGone) return false;
    if (!signal.aborted) throw error;
    // Nobody reads it; the code that servers log for it.
    ctx.status = 499;
  }
  return true;
}
