import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { headers } from '../../contract/headers.ts';
import { isModelId, sanitizeModelId } from '../../contract/model-id.ts';
import { downloadPath, routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import { checkArchive } from '../registry/check-archive.ts';
import { publishModel } from '../registry/publish-model.ts';
import type { Publication } from '../registry/publish-request.ts';
import type { ArtifactStore, ModelStore } from '../registry/stores.ts';
import { describeDigest, describeValidators } from './artifact-headers.ts';
import { checkUploadHeaders, uploadLimitBytes } from './check-upload-headers.ts';
import { isAwaitingContinue } from './expect-continue.ts';
import { readModelPath } from './path-parameters.ts';
import { assertPublishConditions } from './publish-conditions.ts';
import { readReprDigest } from './read-repr-digest.ts';
import { readUpload } from './read-upload.ts';
import { refuseParameter } from './refuse-parameter.ts';
import { requireToken } from './require-token.ts';

export interface PublishDependencies {
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
  readonly triggerToken: string | null;
  readonly uploadLimitBytes?: number;
  readonly uploadSilenceMs?: number;
}

/** Each holds up to three parts of 8 MiB in memory. */
const maxUploads = 8;

/**
 * `PUT` of an artifact: 201 for a new version, 200 for a replaced or unchanged one. What can be refused by the headers
 * is refused before the body is asked for; a body that breaks off leaves nothing.
 */
export function addPublishRoute(router: Router, dependencies: PublishDependencies): void {
  let active = 0;
  router.put(routes.download, endUnreadUpload, requireToken(dependencies.triggerToken), async (ctx) => {
    if (active >= maxUploads) {
      throw new DomainError('too_many_uploads', `${maxUploads} uploads are under way; try again shortly.`);
    }
    active += 1;
    try {
      answer(ctx, await publish(ctx, dependencies));
    } finally {
      active -= 1;
    }
  });
}

async function endUnreadUpload(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (ctx.req.destroyed && !ctx.req.complete) {
      // The client left in mid body. Nobody reads it; the code that servers log for it.
      ctx.status = 499;
      return;
    }
    // Whether its body will come after all is anybody's guess, so the connection is of no further use.
    if (isAwaitingContinue(ctx)) ctx.set('Connection', 'close');
    throw error;
  }
}

async function publish(ctx: Context, dependencies: PublishDependencies): Promise<Publication> {
  const { models, artifacts, uploadSilenceMs: silenceMs = 30_000 } = dependencies;
  const limitBytes = dependencies.uploadLimitBytes ?? uploadLimitBytes;
  const { id, version } = readModelPath(ctx.params);
  const replace = readReplace(ctx) || ctx.headers['if-match'] !== undefined;
  const digest = readReprDigest(ctx);
  checkUploadHeaders(ctx, limitBytes);
  const modelId = readModelId(ctx, id) ?? (await models.findHolder(id)) ?? readOnlySpelling(id);
  return publishModel(
    { models, artifacts },
    {
      modelId,
      version,
      content: checkArchive(readUpload(ctx, { limitBytes, silenceMs })),
      replace,
      ...(digest === null ? {} : { digest }),
      assertCurrent: (current) => assertPublishConditions(ctx.headers, current),
    },
  );
}

/** Without content, so that the headers can describe nothing but the artifact. */
function answer(ctx: Context, { outcome, record }: Publication): void {
  ctx.body = null;
  ctx.status = outcome === 'published' ? 201 : 200;
  ctx.set({
    Location: downloadPath(record.id, record.version),
    ETag: describeValidators(record).etag,
    'Repr-Digest': describeDigest(record),
    [headers.publication]: outcome,
  });
}

function readReplace(ctx: Context): boolean {
  const { replace = 'false' } = ctx.query;
  if (replace === 'true' || replace === 'false') return replace === 'true';
  throw refuse('replace', replace, 'true or false');
}

/** The id as it is known outside, which the path cannot carry; null when it is not told. */
function readModelId(ctx: Context, id: string): string | null {
  const { model_id: modelId = null } = ctx.query;
  if (modelId === null) return null;
  if (typeof modelId === 'string' && isModelId(modelId) && sanitizeModelId(modelId) === id) return modelId;
  throw refuse('model_id', modelId, `a model id that is ${id} when "/" becomes "_"`);
}

/** What a new id stands for. An id is claimed for ever, so that none is guessed where two could be meant. */
function readOnlySpelling(id: string): string {
  const [slashed] = [...id.matchAll(/_/g)]
    .map(({ index }) => `${id.slice(0, index)}/${id.slice(index + 1)}`)
    .filter((spelling) => isModelId(spelling) && sanitizeModelId(spelling) === id);
  if (slashed === undefined) return id;
  const allowed = `one of the spellings of ${id}, which is new here, such as ?model_id=${slashed} or ?model_id=${id}`;
  throw new DomainError('invalid_parameter', `model_id is not given; allowed: ${allowed}.`, {
    faults: [{ field: 'model_id', allowed }],
  });
}

function refuse(field: string, value: string | string[], allowed: string): DomainError {
  return refuseParameter(field, value, allowed, JSON.stringify(value).slice(0, 120));
}
