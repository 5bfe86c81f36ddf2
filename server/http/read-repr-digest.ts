import type { Context } from 'koa';
import { parseDictionary } from 'structured-headers';
import { DomainError } from '../domain-error.ts';

const sha256Bytes = 32;

/**
 * The SHA-256 of `Repr-Digest` as `sha256:<hex>`; null without one. Other algorithms are ignored, as RFC 9530 has it.
 * @throws {DomainError} `invalid_parameter` for a header that cannot be read.
 */
export function readReprDigest(ctx: Context): string | null {
  const header = ctx.get('repr-digest');
  if (header === '') return null;
  try {
    const member = parseDictionary(header).get('sha-256');
    if (!member) return null;
    const [value] = member;
    if (value instanceof ArrayBuffer && value.byteLength === sha256Bytes) {
      return `sha256:${Buffer.from(value).toString('hex')}`;
    }
  } catch {
    // As wrong as a value of another kind.
  }
  const allowed = 'sha-256=:<32 bytes in base64>:';
  throw new DomainError(
    'invalid_parameter',
    `Repr-Digest is ${JSON.stringify(header.slice(0, 120))}; allowed: ${allowed}.`,
    { faults: [{ field: 'Repr-Digest', value: header.slice(0, 120), allowed }] },
  );
}
