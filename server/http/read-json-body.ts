import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { DomainError } from '../domain-error.ts';
import { askForBody } from './expect-continue.ts';

const limitBytes = 16 * 1024;
const bodyLimitMs = 30_000;

/**
 * The request's JSON; an empty body is an empty object.
 * @throws {DomainError} `unsupported_media_type`, `body_too_large` or `malformed_json`.
 */
export async function readJsonBody(ctx: Context): Promise<unknown> {
  if (!hasBody(ctx)) return {};
  assertJson(ctx);
  askForBody(ctx);
  const text = decode(await readBytes(ctx));
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed((error as Error).message, error);
  }
}

function hasBody(ctx: Context): boolean {
  return ctx.get('transfer-encoding') !== '' || Number(ctx.get('content-length')) > 0;
}

function assertJson(ctx: Context): void {
  const type = ctx.get('content-type');
  const encoding = ctx.get('content-encoding');
  if (/^application\/json *(;|$)/i.test(type) && (encoding === '' || encoding === 'identity')) return;
  const received = `Content-Type "${type.slice(0, 60)}"${encoding && ` with Content-Encoding "${encoding.slice(0, 60)}"`}`;
  throw new DomainError('unsupported_media_type', `The body came as ${received}; allowed: application/json.`);
}

async function readBytes(ctx: Context): Promise<Buffer> {
  const limit = setTimeout(() => ctx.req.destroy(), bodyLimitMs);
  try {
    return await getRawBody(ctx.req, { length: ctx.get('content-length') || null, limit: limitBytes });
  } catch (error) {
    if ((error as { type?: string }).type !== 'entity.too.large') {
      throw malformed('it broke off before its end', error);
    }
    // The rest is not read, so the connection is of no further use.
    ctx.set('Connection', 'close');
    throw new DomainError('body_too_large', `The body is over ${limitBytes} bytes; allowed: at most that.`, {
      cause: error,
    });
  } finally {
    clearTimeout(limit);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed('it is not UTF-8', error);
  }
}

function malformed(reason: string, cause: unknown): DomainError {
  return new DomainError('malformed_json', `The body is not JSON: ${reason}.`, { cause });
}
