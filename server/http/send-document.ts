import type { Context } from 'koa';
import { sendTagged } from './send-tagged.ts';

/** A document of a run or of an experiment, which may have been written by anybody. */
export function sendDocument(ctx: Context, name: string, mediaType: string, document: Buffer): void {
  ctx.set('Content-Disposition', `inline; filename="${name}"`);
  // An SVG opened by itself is a page that could run scripts.
  ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  sendTagged(ctx, mediaType, document);
}
