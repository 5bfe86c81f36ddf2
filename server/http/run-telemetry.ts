import type { Context, Middleware, Next } from 'koa';
import { headers } from '../../contract/headers.ts';
import type { RequestObserver } from '../telemetry/run-counters.ts';
import type { RunTelemetry } from '../telemetry/run-telemetry.ts';
import { isRunId } from './run-id.ts';

/**
 * Names the instance in every response, and counts the requests that carry a run's id: completed when the whole
 * body was handed to the kernel, aborted when the connection closed before. An id that is no UUID is ignored.
 */
export function countRunRequests(telemetry: RunTelemetry, instanceId: string): Middleware {
  return async (ctx: Context, next: Next) => {
    ctx.set(headers.servedBy, instanceId);
    const runId = ctx.get(headers.runId);
    const observer = isRunId(runId) ? telemetry.observe(runId) : null;
    if (observer) follow(ctx, observer);
    await next();
  };
}

function follow(ctx: Context, observer: RequestObserver): void {
  const { req, res } = ctx;
  const { socket } = req;
  const writtenBefore = socket.bytesWritten;
  res.once('finish', () => {
    const bodyBytes = readBodyBytes(ctx);
    // A response that was ended early finishes, too; but the socket did not carry what it had announced.
    if (socket.bytesWritten - writtenBefore > bodyBytes) observer.complete(bodyBytes);
    else observer.abort();
  });
  res.once('close', () => observer.abort());
}

function readBodyBytes({ req, res }: Context): number {
  const hasBody = req.method !== 'HEAD' && res.statusCode !== 204 && res.statusCode !== 304;
  return hasBody ? Number(res.getHeader('content-length') ?? 0) : 0;
}
