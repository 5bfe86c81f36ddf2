import { randomUUID } from 'node:crypto';
import type { Context, Next } from 'koa';
import { headers } from '../../contract/headers.ts';

/** What a caller may call a request: short, and safe wherever it is written. */
const callersName = /^[\w.:-]{1,64}$/;

/** Gives every answer the id that its request came with, or a new one. */
export async function nameRequest(ctx: Context, next: Next): Promise<void> {
  const given = ctx.get(headers.requestId);
  ctx.set(headers.requestId, callersName.test(given) ? given : randomUUID());
  await next();
}
