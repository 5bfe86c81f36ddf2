import type { ProgressCurve } from '../../../../contract/live.ts';
import { runEvents } from '../../../../contract/live-events.ts';
import type { Results } from '../../../../contract/results.ts';
import { eventsPath, progressPath, resultPath } from '../../../../contract/routes.ts';
import type { Progress } from '../../../../contract/run.ts';
import { isTerminal } from '../../../../contract/run-status.ts';
import { ApiError, getJson } from '../http/api.ts';

export interface RunWatcher {
  onRun(run: Results): void;
  /** Points to put behind those before; from the start when `isWhole`. */
  onPoints(points: readonly Progress[], isWhole: boolean): void;
  /** News stopped coming, with the reason; null when they come again. */
  onSilence(reason: string | null): void;
  /** There is no such run, or the address is none of a run. */
  onRefused(error: ApiError): void;
}

const pollMs = 2_000;

/**
 * Follows a run to its end by server-sent events, which the browser resumes by itself; where the service gives none,
 * by asking every two seconds. Returns what stops it.
 */
export function followRun(runId: string, watcher: RunWatcher): () => void {
  const controller = new AbortController();
  const source = new EventSource(eventsPath(runId));
  const read = <Data>(event: Event) => JSON.parse((event as MessageEvent<string>).data) as Data;

  source.addEventListener(runEvents.run, (event) => {
    watcher.onSilence(null);
    watcher.onRun(read<Results>(event));
  });
  source.addEventListener(runEvents.progress, (event) => {
    watcher.onSilence(null);
    watcher.onPoints(read<ProgressCurve>(event).points, false);
  });
  source.addEventListener(runEvents.trouble, (event) =>
    watcher.onSilence(read<{ detail: string }>(event).detail),
  );
  source.addEventListener(runEvents.end, (event) => {
    source.close();
    watcher.onSilence(null);
    watcher.onRun(read<Results>(event));
  });
  source.addEventListener('open', () => watcher.onSilence(null));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) void pollRun(runId, watcher, controller.signal);
    else watcher.onSilence('The connection to the service is lost; trying again.');
  });
  return () => {
    source.close();
    controller.abort();
  };
}

async function pollRun(runId: string, watcher: RunWatcher, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const run = await getJson<Results>(resultPath(runId), { signal });
      const { points } = await getJson<ProgressCurve>(progressPath(runId), { signal });
      watcher.onSilence(null);
      watcher.onPoints(points, true);
      watcher.onRun(run);
      if (isTerminal(run.status)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return watcher.onRefused(error);
      watcher.onSilence((error as Error).message);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 400 || error.status === 404);
}
