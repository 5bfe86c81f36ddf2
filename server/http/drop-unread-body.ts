import type { Context, Next } from 'koa';

/** How long a client may go on sending what nobody reads before its connection is cut. */
const lingerMs = 2_000;

/**
 * Reads on for a moment, once the answer is sent, what the client is still sending, so that it gets to see the
 * answer: hanging up on unread bytes would take the answer with it. Then the connection is cut, unless the body
 * came to its end.
 */
export async function dropUnreadBody({ req, res }: Context, next: Next): Promise<void> {
  res.once('finish', () => {
    if (req.complete || req.destroyed) return;
    req.resume();
    const timer = setTimeout(() => req.socket.destroy(), lingerMs).unref();
    req.once('end', () => clearTimeout(timer));
    req.once('close', () => clearTimeout(timer));
  });
  await next();
}
