import { Readable } from 'node:stream';
import type { Context, Middleware, Next } from 'koa';
import { headers } from '../../contract/headers.ts';
import { type PhaseTimes, phases } from '../../contract/telemetry.ts';
import { findTrace, RequestTrace, runTraced } from '../request-trace.ts';
import type { RunTelemetry } from '../telemetry/run-telemetry.ts';
import { isRunId } from './run-id.ts';

/** A request that has ended, as metrics and log know it. */
export interface EndedRequest {
  readonly method: string;
  /** The pattern of its route; null where there is none. */
  readonly route: string | null;
  readonly status: number;
  readonly requestId: string;
  readonly runId: string | null;
  readonly residenceMs: number;
  readonly phases: PhaseTimes;
  readonly bodyBytes: number;
  /** Whether the whole answer was handed to the kernel. */
  readonly completed: boolean;
}

/**
 * Traces every request from its arrival on (from its turn on where it is pipelined), and tells in `Server-Timing` what is
 * known when the answer's head leaves. First of all middleware.
 */
export async function traceRequest(ctx: Context, next: Next): Promise<void> {
  const trace = new RequestTrace();
  await runTraced(trace, async () => {
    await next();
    ctx.set('Server-Timing', describePhases(trace.readPhases()));
    trace.markHead();
    // A stream tells by itself whom it waits for.
    if (!(ctx.body instanceof Readable)) trace.enter('client_body');
  });
}

/**
 * Names the instance in every response, and follows each request to its end: completed when the whole body was handed
 * to the kernel, aborted when the connection closed before. A run's id that is no UUID is ignored.
 */
export function observeRequests(options: {
  readonly telemetry: RunTelemetry;
  readonly instanceId: string;
  readonly onEnd: (request: EndedRequest) => void;
}): Middleware {
  const { telemetry, instanceId, onEnd } = options;
  return async (ctx: Context, next: Next) => {
    ctx.set(headers.servedBy, instanceId);
    const trace = findTrace() ?? new RequestTrace();
    const given = ctx.get(headers.runId);
    const runId = isRunId(given) ? given : null;
    const requestId = ctx.response.get(headers.requestId);
    const observer = telemetry.observe({
      runId,
      requestId,
      trace,
      isAlone: ctx.get(headers.runAlone) === '1',
      isDownload: ctx.method === 'GET' && ctx.path.startsWith('/performance/'),
    });
    follow(ctx, (bodyBytes) => {
      const { residenceMs, phases: times } = trace.end();
      if (bodyBytes === null) observer?.abort();
      else observer?.complete(bodyBytes);
      onEnd({
        method: ctx.method,
        route: typeof ctx._matchedRoute === 'string' ? ctx._matchedRoute : null,
        status: ctx.status,
        requestId,
        runId,
        residenceMs,
        phases: times,
        bodyBytes: bodyBytes ?? 0,
        completed: bodyBytes !== null,
      });
    });
    await next();
  };
}

/** Calls back once: with the body's bytes, or with null when not all of the answer was sent. */
function follow(ctx: Context, onEnd: (bodyBytes: number | null) => void): void {
  const { req, res } = ctx;
  const { socket } = req;
  const writtenBefore = socket.bytesWritten;
  let hasEnded = false;
  const end = (bodyBytes: number | null) => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(bodyBytes);
  };
  res.once('finish', () => {
    const bodyBytes = readBodyBytes(ctx);
    // A response that was ended early finishes, too; but the socket did not carry what it had announced.
    end(socket.bytesWritten - writtenBefore > bodyBytes ? bodyBytes : null);
  });
  res.once('close', () => end(null));
}

function readBodyBytes({ req, res }: Context): number {
  const hasBody = req.method !== 'HEAD' && res.statusCode !== 204 && res.statusCode !== 304;
  return hasBody ? Number(res.getHeader('content-length') ?? 0) : 0;
}

/** Of the Server Timing recommendation; a phase that took no time is left out. */
function describePhases(times: PhaseTimes): string {
  return phases
    .filter((phase) => times[phase] > 0)
    .map((phase) => `${phase.replaceAll('_', '-')};dur=${times[phase].toFixed(2)}`)
    .join(', ');
}
