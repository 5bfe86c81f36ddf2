import { create as createDisposition } from 'content-disposition';
import type { Context } from 'koa';
import { movableVersion } from '../../contract/model-id.ts';
import type { DeliveryRequest } from '../delivery/delivery-strategy.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { Validators } from './preconditions.ts';
import { wantsDigest } from './want-digest.ts';

/** The tag is the digest of the bytes themselves. */
export function describeValidators({ digest, publishedAt }: ModelRecord): Validators {
  const modifiedMs = Date.parse(publishedAt);
  return { etag: `"${digest}"`, lastModifiedMs: modifiedMs - (modifiedMs % 1_000) };
}

const described = new WeakMap<ModelRecord, DeliveryRequest['headers']>();

/** The headers that have to be the same wherever the artifact comes from: of a record that is kept, made once. */
export function describeArtifact(record: ModelRecord): DeliveryRequest['headers'] {
  const known = described.get(record);
  if (known !== undefined) return known;
  const made = makeHeaders(record);
  described.set(record, made);
  return made;
}

function makeHeaders({ id, version }: ModelRecord): DeliveryRequest['headers'] {
  return {
    contentType: 'application/zip',
    contentDisposition: createDisposition(`${id}-${version}.zip`),
    cacheControl: version === movableVersion ? 'no-cache' : 'public, max-age=31536000, immutable',
  };
}

/** All that a client may know of an artifact before its bytes; the length is the caller's. */
export function setArtifactHeaders(ctx: Context, record: ModelRecord, validators: Validators): void {
  const { contentType, contentDisposition } = describeArtifact(record);
  setRevalidationHeaders(ctx, record, validators);
  ctx.set({
    'Content-Type': contentType,
    'Content-Disposition': contentDisposition,
    'Last-Modified': showDate(validators.lastModifiedMs),
    'Accept-Ranges': 'bytes',
  });
  if (wantsDigest(ctx)) ctx.set('Repr-Digest', describeDigest(record));
}

/**
 * A date ahead of this clock, as of what is replaced more than once a second, or was by another machine, is shown as the
 * present: RFC 9110, section 8.8.2.1. No condition is judged by it, for what it replaced may be shown so, too.
 */
function showDate(atMs: number): string {
  return new Date(Math.min(atMs, Date.now())).toUTCString();
}

/** What a cache that has the bytes needs to know, and all that a 304 should say: RFC 9110, section 15.4.5. */
export function setRevalidationHeaders(ctx: Context, record: ModelRecord, { etag }: Validators): void {
  ctx.set({ ETag: etag, 'Cache-Control': describeArtifact(record).cacheControl });
  // A cache must not keep the answer without its digest for those who want one.
  if (!wantsDigest(ctx)) ctx.vary('Want-Repr-Digest');
}

export function describeDigest({ digest }: ModelRecord): string {
  return `sha-256=:${Buffer.from(digest.replace('sha256:', ''), 'hex').toString('base64')}:`;
}
