import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Middleware, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

/**
 * Lets only requests with the bearer token pass; without a configured token, all. Digests are compared, so that
 * neither content nor length shows in the time it takes.
 */
export function requireToken(token: string | null): Middleware {
  const expected = token === null ? null : digest(token);
  return async (ctx: Context, next: Next) => {
    if (expected) {
      const [, received] = ctx.get('authorization').match(/^Bearer +([\x21-\x7e]+) *$/i) ?? [];
      if (received === undefined || !timingSafeEqual(digest(received), expected)) {
        throw new DomainError(
          'unauthorized',
          'This service takes POST requests with "Authorization: Bearer <TRIGGER_TOKEN>" only.',
        );
      }
    }
    await next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
