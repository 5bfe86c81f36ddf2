import { create as createDisposition } from 'content-disposition';
import type { Context } from 'koa';
import { headers } from '../../contract/headers.ts';
import { movableVersion } from '../../contract/model-id.ts';
import type { ModelRecord } from '../registry/model-record.ts';

/** A strong entity tag: the digest of the bytes themselves, quoted. */
export function makeEtag(record: ModelRecord): string {
  return `"${record.digest}"`;
}

/** All that a client may know of an artifact before its bytes; the length is the caller's. */
export function setArtifactHeaders(ctx: Context, record: ModelRecord, delivery: string): void {
  ctx.set({
    'Content-Type': 'application/zip',
    'Content-Disposition': createDisposition(`${record.id}-${record.version}.zip`),
    ETag: makeEtag(record),
    'Repr-Digest': `sha-256=:${Buffer.from(record.digest.replace('sha256:', ''), 'hex').toString('base64')}:`,
    'Accept-Ranges': 'bytes',
    'Cache-Control': record.version === movableVersion ? 'no-cache' : 'public, max-age=31536000, immutable',
    [headers.delivery]: delivery,
  });
}
