import type { Context } from 'koa';
import { DomainError } from '../domain-error.ts';
import { refuseParameter } from './refuse-parameter.ts';

/** Larger artifacts go straight to the stores, by `npm run publish`. */
export const uploadLimitBytes = 5 * 1024 ** 3;

/** None at all is what `curl -T` sends. */
const mediaTypes = new Set(['', 'application/zip', 'application/x-zip-compressed', 'application/octet-stream']);

/**
 * @throws {DomainError} `length_required`, `body_too_large`, `unsupported_media_type`, `invalid_parameter`, by the
 *   headers alone.
 */
export function checkUploadHeaders(ctx: Context, limitBytes: number): void {
  const length = ctx.get('content-length');
  const transferEncoding = ctx.get('transfer-encoding');
  if (length === '' && transferEncoding === '') {
    throw new DomainError(
      'length_required',
      'Send the zip archive as the body, with Content-Length or chunked.',
    );
  }
  if (!['', 'chunked'].includes(transferEncoding.toLowerCase())) {
    throw refuseParameter('Transfer-Encoding', transferEncoding.slice(0, 80), 'chunked, and no other coding');
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
  const range = ctx.get('content-range');
  if (range !== '')
    throw refuseParameter('Content-Range', range.slice(0, 80), 'none: an artifact is sent as a whole');
}

export function refuseSize(received: string, limitBytes: number): DomainError {
  return new DomainError('body_too_large', `The body has ${received}; allowed: at most ${limitBytes}.`);
}
