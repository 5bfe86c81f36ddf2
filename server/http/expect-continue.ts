import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Context, Next } from 'koa';
import { DomainError } from '../domain-error.ts';

const waiting = new WeakSet<IncomingMessage>();
/** Whatever they expect, it is not to be asked for their body. */
const expectant = new WeakSet<IncomingMessage>();

/** Leaves requests with `Expect: 100-continue` waiting until a route asks for their body, instead of at once. */
export function deferContinue(server: Server, handle: RequestListener): void {
  server.on('checkContinue', (request, response) => {
    waiting.add(request);
    handle(request, response);
  });
  server.on('checkExpectation', (request, response) => {
    expectant.add(request);
    handle(request, response);
  });
}

/** RFC 9110, 10.1.1: there is but one expectation. */
export async function refuseOtherExpectations(ctx: Context, next: Next): Promise<void> {
  if (expectant.has(ctx.req)) {
    const { expect = '' } = ctx.headers;
    throw new DomainError(
      'expectation_failed',
      `Expect is ${JSON.stringify(expect.slice(0, 80))}; allowed: 100-continue.`,
    );
  }
  await next();
}

/** To be called before a body is read. */
export function askForBody({ req, res }: Context): void {
  if (waiting.delete(req)) res.writeContinue();
}

/** Whether the client waits to be asked, and may never send its body. */
export function isAwaitingContinue({ req }: Context): boolean {
  return waiting.has(req);
}
