import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Context } from 'koa';

const waiting = new WeakSet<IncomingMessage>();

/** Leaves requests with `Expect: 100-continue` waiting until a route asks for their body, instead of at once. */
export function deferContinue(server: Server, handle: RequestListener): void {
  server.on('checkContinue', (request, response) => {
    waiting.add(request);
    handle(request, response);
  });
}

/** To be called before a body is read. */
export function askForBody({ req, res }: Context): void {
  if (waiting.delete(req)) res.writeContinue();
}

/** Whether the client waits to be asked, and may never send its body. */
export function isAwaitingContinue({ req }: Context): boolean {
  return waiting.has(req);
}
