import { setTimeout as sleep } from 'node:timers/promises';
import { storesLostMs } from '../../../contract/run.ts';
import { isPassing } from '../../domain-error.ts';

const pauseMs = 500;

/**
 * Repeats a call while its store cannot be reached or takes no more, for as long as a runner may be without its stores.
 * @throws {DomainError} `stores_unavailable` or `stores_throttled` after that; the signal's reason as soon as it fires.
 */
export async function keepTrying<Result>(call: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  const deadline = performance.now() + storesLostMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw error;
    }
    await sleep(pauseMs);
  }
}
