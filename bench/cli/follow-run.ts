import { setTimeout as delay } from 'node:timers/promises';
import type { Results } from '../../contract/results.ts';
import { isTerminal, type Progress } from '../../contract/run.ts';
import { CommandError } from './exit-codes.ts';
import type { ServiceClient } from './service-client.ts';

const pollIntervalMs = 250;
const cancelLimitMs = 20_000;
/** A service that restarts may be away this long before the command gives up. */
const unreachableLimitMs = 30_000;

/**
 * Polls a run until it has ended and hands each new progress on. When the signal fires, the run is cancelled and
 * followed to its end.
 */
export async function followRun(
  client: ServiceClient,
  runId: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Results> {
  let cancelledAtMs: number | null = null;
  let lastAnswerMs = performance.now();
  let lastElapsedSeconds = -1;
  while (true) {
    if (signal.aborted && cancelledAtMs === null) {
      cancelledAtMs = performance.now();
      await client.cancel(runId);
    }
    const results = await client.readResults(runId).catch((error: Error) => {
      if (performance.now() - lastAnswerMs > unreachableLimitMs) throw error;
      return null;
    });
    if (results) {
      lastAnswerMs = performance.now();
      if (isTerminal(results.status)) return results;
      if (results.progress && results.progress.elapsed_seconds !== lastElapsedSeconds) {
        lastElapsedSeconds = results.progress.elapsed_seconds;
        onProgress(results.progress);
      }
    }
    if (cancelledAtMs !== null && performance.now() - cancelledAtMs > cancelLimitMs) {
      throw new CommandError(`Run ${runId} was cancelled but has not ended within ${cancelLimitMs / 1_000} s.`);
    }
    await delay(pollIntervalMs, undefined, { signal }).catch(() => {});
    if (cancelledAtMs !== null) await delay(pollIntervalMs);
  }
}
