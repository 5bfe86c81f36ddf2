import type { Context } from 'koa';
import { parseDictionary } from 'structured-headers';

/**
 * Whether a client takes a `Repr-Digest` by SHA-256, the one algorithm that we have: RFC 9530, section 4. It does
 * unless it says that it does not (`sha-256=0`); preferring others, or saying what cannot be read, changes nothing.
 */
export function wantsDigest(ctx: Context): boolean {
  try {
    return parseDictionary(ctx.get('Want-Repr-Digest')).get('sha-256')?.[0] !== 0;
  } catch {
    return true;
  }
}
