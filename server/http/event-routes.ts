import { Readable } from 'node:stream';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { endEventId } from '../../contract/live-events.ts';
import { resultPath, routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from '../performance/performance-context.ts';
import { readProgressCurve } from '../performance/progress-curve.ts';
import type { RunEvent, RunFeeds } from '../performance/run-feeds.ts';
import { requireRunId } from './run-id.ts';

export interface EventRoutes {
  readonly performance: PerformanceContext;
  /** Null where an answer cannot be streamed, as behind Lambda. */
  readonly runFeeds: RunFeeds | null;
}

/** Under the 60 s after which a load balancer closes a silent connection. */
const heartbeatMs = 15_000;
/** How long a browser waits before it comes back. */
const retryMs = 1_000;
/** A viewer who reads so slowly is sent away and comes back where he was. */
const longestBacklogBytes = 1_048_576;

/** A run as it happens: server-sent events that go on after `Last-Event-ID`, and the same curve as one document. */
export function addEventRoutes(router: Router, { performance, runFeeds }: EventRoutes): void {
  router.get(routes.progress, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await readProgressCurve(performance, requireRunId(ctx.params.run_id));
  });

  router.get(routes.events, async (ctx) => {
    const runId = requireRunId(ctx.params.run_id);
    ctx.set('Cache-Control', 'no-store, no-transform');
    if (runFeeds === null) {
      throw new DomainError('not_built', `No events on this backend: poll ${resultPath(runId)} instead.`);
    }
    const lastEventId = ctx.get('last-event-id');
    // Tells an EventSource to stay away.
    if (lastEventId === endEventId) ctx.status = 204;
    else await streamEvents(ctx, runFeeds, runId, readSecond(lastEventId));
  });
}

/** An id that no event of ours has means from the start. */
function readSecond(lastEventId: string): number {
  return /^\d{1,6}$/.test(lastEventId) ? Number(lastEventId) : -1;
}

async function streamEvents(ctx: Context, feeds: RunFeeds, runId: string, afterSecond: number): Promise<void> {
  const stream = new Readable({ read() {} });
  stream.push(`retry: ${retryMs}\n\n`);
  const heartbeat = setInterval(() => stream.push(': still here\n\n'), heartbeatMs).unref();
  const stop = await feeds
    .watch(runId, afterSecond, {
      show(event) {
        if (stream.readableLength > longestBacklogBytes) stream.destroy();
        else stream.push(encodeEvent(event));
      },
      leave() {
        clearInterval(heartbeat);
        stream.push(null);
      },
    })
    .catch((error: unknown) => {
      clearInterval(heartbeat);
      throw error;
    });
  stream.once('close', () => {
    clearInterval(heartbeat);
    stop();
  });
  ctx.type = 'text/event-stream; charset=utf-8';
  // Asks nginx and its like not to collect what is meant to arrive now.
  ctx.set('X-Accel-Buffering', 'no');
  ctx.body = stream;
  // Whoever left meanwhile, or asked by HEAD for the headers alone, never reads the stream.
  if (ctx.method === 'HEAD' || ctx.res.closed) stream.destroy();
}

const encoded = new WeakMap<RunEvent, Buffer>();

/** Once for all viewers, as bytes. JSON has no line breaks, so that its text is one `data` line. */
function encodeEvent(event: RunEvent): Buffer {
  const known = encoded.get(event);
  if (known !== undefined) return known;
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const bytes = Buffer.from(`${id}event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
  encoded.set(event, bytes);
  return bytes;
}
