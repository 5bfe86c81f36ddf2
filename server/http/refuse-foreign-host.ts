import type { Context, Middleware, Next } from 'koa';
import { isLoopback } from '../config.ts';
import { DomainError } from '../domain-error.ts';

/**
 * For a service that listens on loopback alone: refuses requests under any name that is not this machine's. A page whose
 * name was bound anew to 127.0.0.1 is no foreign page to the browser, and would read and trigger what it likes.
 */
export function refuseForeignHost(listensOn: string | null): Middleware {
  const isLocalOnly = listensOn !== null && isLoopback(listensOn);
  return async (ctx: Context, next: Next) => {
    if (isLocalOnly && !isOwnName(ctx.get('host'))) {
      throw new DomainError(
        'foreign_host',
        `The request is for "${ctx.get('host').slice(0, 80)}"; this service answers for localhost, 127.0.0.1 and [::1] only, for HOST is "${listensOn}".`,
      );
    }
    await next();
  };
}

/** HTTP/1.0 may have no Host; no browser speaks it. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === '' || name === '[::1]' || name.endsWith('.localhost') || isLoopback(name);
}
