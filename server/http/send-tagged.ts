import { createHash } from 'node:crypto';
import type { Context } from 'koa';

/** Sends the body with an ETag of its content, or 304 to whoever has it already. */
export function sendTagged(ctx: Context, mediaType: string, body: string | Buffer): void {
  ctx.status = 200;
  ctx.set('Cache-Control', 'no-cache');
  ctx.set('Content-Type', mediaType);
  ctx.set('ETag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`);
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = body;
}
