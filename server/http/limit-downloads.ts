import type { Context, Middleware, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

/**
 * Lets so many downloads be under way at once, waiting ones included, and refuses what comes beyond them at once: each
 * holds memory of the kernel for as long as its client likes.
 */
export function limitDownloads(most: number): Middleware {
  let underWay = 0;
  return async ({ method, res }: Context, next: Next) => {
    if (method !== 'GET') return next();
    if (underWay >= most) {
      throw new DomainError(
        'too_many_downloads',
        `${most} downloads are under way, and this service takes no more at once (MAX_DOWNLOADS).`,
      );
    }
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
    await next();
  };
}
