import { setTimeout as delay } from 'node:timers/promises';
import type { Results } from '../../contract/results.ts';
import { cancelPath } from '../../contract/routes.ts';
import { isTerminal, type Progress } from '../../contract/run.ts';
import { CommandError } from './exit-codes.ts';
import { BusyServiceError, type ServiceClient } from './service-client.ts';

const pollIntervalMs = 250;
/** How long a run that was told to stop may take, a busy service's answers included. */
const cancelLimitMs = 60_000;
/** A service that restarts may refuse connections this long before the command gives up. */
const unreachableLimitMs = 30_000;
/** One that takes connections but is too busy to answer is waited for as long as its run may last, and this much more. */
const busyMarginMs = 60_000;

export interface RunWatcher {
  /** The runner starts, or calibrates: there is no load yet. */
  onStart?(): void;
  onProgress(progress: Progress): void;
  /** The service does not answer; the run may go on without it. */
  onSilence(reason: string): void;
}

/**
 * Polls a run until it has ended and hands each new progress on. `durationSeconds` is how long its load may last. When
 * the signal fires, the run is cancelled and followed to its end.
 * @throws {CommandError} when the service stays away, or does not end a cancelled run; it says what to do.
 */
export async function followRun(
  client: ServiceClient,
  { runId, durationSeconds }: { runId: string; durationSeconds: number },
  watcher: RunWatcher,
  signal: AbortSignal,
): Promise<Results> {
  const busyLimitMs = durationSeconds * 1_000 + busyMarginMs;
  let lastAnswerMs = performance.now();
  let lastElapsedSeconds = -1;
  while (!signal.aborted) {
    try {
      const results = await client.readResults(runId);
      lastAnswerMs = performance.now();
      if (isTerminal(results.status)) return results;
      if (results.progress === null) watcher.onStart?.();
      if (results.progress && results.progress.elapsed_seconds !== lastElapsedSeconds) {
        lastElapsedSeconds = results.progress.elapsed_seconds;
        watcher.onProgress(results.progress);
      }
    } catch (error) {
      const limitMs = error instanceof BusyServiceError ? busyLimitMs : unreachableLimitMs;
      if (performance.now() - lastAnswerMs > limitMs) throw error;
      watcher.onSilence((error as Error).message);
    }
    await delay(pollIntervalMs, undefined, { signal }).catch(() => {});
  }
  return cancelAndFollow(client, runId, watcher);
}

/** @throws {CommandError} when the run has not ended after a minute. */
export async function cancelAndFollow(
  client: ServiceClient,
  runId: string,
  { onSilence }: Pick<RunWatcher, 'onSilence'>,
): Promise<Results> {
  const limitMs = performance.now() + cancelLimitMs;
  let isTold = false;
  while (performance.now() < limitMs) {
    try {
      if (!isTold) await client.cancel(runId);
      isTold = true;
      const results = await client.readResults(runId);
      if (isTerminal(results.status)) return results;
    } catch (error) {
      onSilence((error as Error).message);
    }
    await delay(pollIntervalMs);
  }
  throw new CommandError(
    isTold
      ? `Run ${runId} was cancelled, but has not ended within ${cancelLimitMs / 1_000} s.`
      : `Run ${runId} could not be cancelled and may go on; cancel it by POST ${cancelPath(runId)}.`,
  );
}
