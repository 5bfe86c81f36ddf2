import { startCountdown } from './countdown.ts';
import type { Store } from './store-advice.ts';
import { loseStore, reachStore } from './store-error.ts';

/** As `reachStore`, for calls that must not wait for the SDK's own patience: after `limitMs` the store counts as lost. */
export async function reachWithin<Result>(
  store: Store,
  limitMs: number,
  send: (options: { abortSignal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = startCountdown(limitMs, () => controller.abort());
  return reachStore(store, async () => {
    try {
      return await send({ abortSignal: controller.signal });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      throw loseStore(store, `gave no answer within ${limitMs} ms`, error);
    } finally {
      stop();
    }
  });
}
