import type { Context, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

/** RFC 9112, 3.2: with two hosts, whoever stands in front may have taken the other one. Only HTTP/1.0 may name none. */
export async function refuseAmbiguousHost(ctx: Context, next: Next): Promise<void> {
  const hosts = countHosts(ctx.req.rawHeaders);
  if (hosts > 1 || (hosts === 0 && ctx.req.httpVersion !== '1.0')) {
    ctx.set('Connection', 'close');
    throw new DomainError('ambiguous_host', `The request has ${hosts} Host headers; allowed: one.`);
  }
  await next();
}

/** Of a list in which names and values alternate. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
