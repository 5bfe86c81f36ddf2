import type { Context, Middleware, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

export interface DownloadLimit {
  /** Downloads that may be under way at once in this process. */
  readonly most: number;
  /** Processes that serve, this one included. */
  readonly workers: number;
}

/**
 * Lets so many downloads be under way at once, waiting ones included, and refuses what comes beyond them at once: each
 * holds memory of the kernel for as long as its client likes.
 */
export function limitDownloads({ most, workers }: DownloadLimit): Middleware {
  const refusal =
    workers === 1
      ? `${most} downloads are under way, and this service takes no more at once (MAX_DOWNLOADS).`
      : `${most} downloads are under way in one of ${workers} workers, which is its part of MAX_DOWNLOADS; another may take more.`;
  let underWay = 0;
  return async ({ method, res }: Context, next: Next) => {
    if (method !== 'GET') return next();
    if (underWay >= most) {
      throw new DomainError('too_many_downloads', refusal);
    }
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
    await next();
  };
}
