import type { Context, Next } from 'koa';

/** What holds of every answer until its route says otherwise: it is data, of nobody's page, in nobody's frame. */
export const securityHeaders = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

export async function secureAnswers(ctx: Context, next: Next): Promise<void> {
  ctx.set(securityHeaders);
  await next();
}
