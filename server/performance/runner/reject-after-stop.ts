import { setTimeout as sleep } from 'node:timers/promises';

/** How long what was told to stop may take for it. */
const stopMs = 3_000;

/** Rejects with the signal's reason a moment after it fired, for what was to stop by itself and did not. */
export async function rejectAfterStop(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  await sleep(stopMs, undefined, { ref: false });
  throw signal.reason;
}
