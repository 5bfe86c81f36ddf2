import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Middleware, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

/**
 * Lets only requests with the bearer token pass; without a configured token, all but those of foreign web pages. Digests are compared, so that
 * neither content nor length shows in the time it takes.
 */
export function requireToken(token: string | null): Middleware {
  const expected = token === null ? null : digest(token);
  return async (ctx: Context, next: Next) => {
    refuseOtherSites(ctx);
    if (expected) {
      const [, received] = ctx.get('authorization').match(/^Bearer +([\x21-\x7e]+) *$/i) ?? [];
      if (received === undefined || !timingSafeEqual(digest(received), expected)) {
        throw new DomainError(
          'unauthorized',
          'This service takes POST and PUT requests with "Authorization: Bearer <TRIGGER_TOKEN>" only.',
        );
      }
    }
    await next();
  };
}

/**
 * A page of another site may send simple requests to any service that its visitor's browser reaches, one on this
 * machine without a token included; browsers say so.
 */
function refuseOtherSites(ctx: Context): void {
  const site = ctx.get('sec-fetch-site');
  if (site === '' || site === 'same-origin' || site === 'none') return;
  throw new DomainError('other_site', `The request comes from a page of another site (${site.slice(0, 20)}).`);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
