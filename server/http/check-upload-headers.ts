import type { Context } from 'koa';
import { DomainError } from '../domain-error.ts';

/** Larger artifacts go straight to the stores, by `npm run publish`. */
export const uploadLimitBytes = 5 * 1024 ** 3;

/** None at all is what `curl -T` sends. */
const mediaTypes = new Set(['', 'application/zip', 'application/x-zip-compressed', 'application/octet-stream']);

/** @throws {DomainError} `length_required`, `body_too_large`, `unsupported_media_type`, by the headers alone. */
export function checkUploadHeaders(ctx: Context, limitBytes: number): void {
  const length = ctx.get('content-length');
  if (length === '' && ctx.get('transfer-encoding') === '') {
    throw new DomainError(
      'length_required',
      'Send the zip archive as the body, with Content-Length or chunked.',
    );
  }
  if (Number(length) > limitBytes) throw refuseSize(`${length} bytes`, limitBytes);
  const type = ctx.get('content-type').split(';')[0]?.trim().toLowerCase() ?? '';
  const encoding = ctx.get('content-encoding').toLowerCase();
  if (!mediaTypes.has(type) || !['', 'identity'].includes(encoding)) {
    const received = `Content-Type "${type.slice(0, 60)}"${encoding && ` with Content-Encoding "${encoding.slice(0, 60)}"`}`;
    throw new DomainError(
      'unsupported_media_type',
      `The body came as ${received}; allowed: application/zip, without an encoding.`,
    );
  }
  if (ctx.get('content-range') !== '') {
    const allowed = 'none: an artifact is sent as a whole';
    throw new DomainError('invalid_parameter', `Content-Range is given; allowed: ${allowed}.`, {
      faults: [{ field: 'Content-Range', value: ctx.get('content-range').slice(0, 80), allowed }],
    });
  }
}

export function refuseSize(received: string, limitBytes: number): DomainError {
  return new DomainError('body_too_large', `The body has ${received}; allowed: at most ${limitBytes}.`);
}
