import type { Context } from 'koa';

/** `HPE_`: what came was no HTTP, or broke off; the connection is closed then. */
const departureCode = /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|HPE_.*)$/;
const reported = new WeakSet<Error>();

/** One for all: making an error takes as long as all else that the end of a request does. */
const closed = new DOMException('The connection is closed.', 'AbortError');

/** Aborted as soon as the connection closes, whether the client left or has everything. */
export function watchDeparture(ctx: Context): AbortSignal {
  const controller = new AbortController();
  if (ctx.res.closed) controller.abort(closed);
  ctx.res.once('close', () => controller.abort(closed));
  return controller.signal;
}

/** Reports once, in words, why a body could not be sent to its end although its client waits for it. */
export function reportFailedBody(ctx: Context, message: string, cause: Error): void {
  reported.add(cause);
  ctx.app.emit('error', new Error(message, { cause }), ctx);
}

/**
 * Whether an error that Koa reports is nothing for a log: a client went away in mid response, which clients do, or
 * it is the cause of a failure that `reportFailedBody` has reported.
 */
export function isDeparture(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return reported.has(error) || departureCode.test((error as NodeJS.ErrnoException).code ?? '');
}
