import { timePhase } from '../request-trace.ts';
import type { Delivered, DeliveryLoad } from './delivery-strategy.ts';

export interface DownloadSlots {
  /**
   * Reads a body into memory in a slot, first come, first served. The slot is held until the signal is aborted, as
   * long as there is a body; one that leaves while it waits leaves the queue at once.
   */
  admit(signal: AbortSignal, read: () => Promise<Buffer | null>): Promise<Delivered>;
  readLoad(): DeliveryLoad;
}

/** Bounds the bodies that are in memory at once: being read, or on their way to a client of any pace. */
export function createDownloadSlots(limit: number): DownloadSlots {
  const queue = new Set<() => void>();
  let active = 0;

  const giveBack = () => {
    const [first] = queue;
    if (first) first();
    else active -= 1;
  };

  /** Resolves with what gives the slot back before the signal does; to call it again changes nothing. */
  const take = (signal: AbortSignal) =>
    new Promise<() => void>((resolve, reject) => {
      const leave = () => {
        queue.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        queue.delete(enter);
        signal.removeEventListener('abort', leave);
        const release = createOnce(giveBack);
        signal.addEventListener('abort', release);
        resolve(release);
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave);
      queue.add(enter);
      if (active === limit) return;
      active += 1;
      enter();
    });

  return {
    async admit(signal, read) {
      const release = await timePhase('admission', () => take(signal));
      const body = await read().catch((error: unknown) => {
        release();
        throw error;
      });
      if (body) return { kind: 'buffer', body };
      release();
      return { kind: 'gone' };
    },
    readLoad: () => ({ active, queued: queue.size, limit }),
  };
}

function createOnce(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
