import type { Context } from 'koa';

/**
 * Reads for many askers at once. Who allows an answer some age, by `Cache-Control: max-age` in the request, shares the
 * last one while it is no older; who allows none gets one of his own.
 */
export function createSharedAnswer<Answer>(read: () => Promise<Answer>): (ctx: Context) => Promise<Answer> {
  let last: { readonly answer: Promise<Answer>; readonly atMs: number } | null = null;
  return (ctx) => {
    const maxAgeMs = readMaxAgeMs(ctx);
    if (last !== null && performance.now() - last.atMs <= maxAgeMs) return last.answer;
    const asked = { answer: read(), atMs: performance.now() };
    last = asked;
    // What failed is nobody's answer but that of those who wait for it already.
    asked.answer.catch(() => {
      if (last === asked) last = null;
    });
    return asked.answer;
  };
}

/** RFC 9111, section 5.2.1.1; -1, younger than any, where nothing is allowed. */
function readMaxAgeMs(ctx: Context): number {
  const [, seconds] = /(?:^|[\s,])max-age=(\d{1,4})(?:$|[\s,])/i.exec(ctx.get('cache-control')) ?? [];
  return seconds === undefined || seconds === '0' ? -1 : Number(seconds) * 1_000;
}
