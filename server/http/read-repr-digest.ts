import type { Context } from 'koa';
import { parseDictionary } from 'structured-headers';
import { refuseParameter } from './refuse-parameter.ts';

const sha256Bytes = 32;

/**
 * The SHA-256 of `Repr-Digest` as `sha256:<hex>`; null without the header. Digests of other algorithms are ignored
 * beside it, but not alone: whoever sends one relies on its being checked.
 * @throws {DomainError} `invalid_parameter` for a header that cannot be read or names no sha-256.
 */
export function readReprDigest(ctx: Context): string | null {
  const header = ctx.get('repr-digest');
  if (header === '') return null;
  try {
    const [value] = parseDictionary(header).get('sha-256') ?? [];
    if (value instanceof ArrayBuffer && value.byteLength === sha256Bytes) {
      return `sha256:${Buffer.from(value).toString('hex')}`;
    }
  } catch {
    // As wrong as one without it.
  }
  throw refuseParameter('Repr-Digest', header.slice(0, 120), 'sha-256=:<32 bytes in base64>:');
}
