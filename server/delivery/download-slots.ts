import { timePhase } from '../request-trace.ts';
import type { CacheSpace } from './cache-space.ts';
import type { Delivered, DeliveryLoad } from './delivery-strategy.ts';

export interface DownloadSlots {
  /**
   * Reads a body of so many bytes into memory in a slot, first come, first served. The slot is held until the signal is
   * aborted, as long as there is a body; one that leaves while it waits leaves the queue at once.
   */
  admit(signal: AbortSignal, sizeBytes: number, read: () => Promise<Buffer | null>): Promise<Delivered>;
  readLoad(): DeliveryLoad;
}

interface Waiting {
  readonly sizeBytes: number;
  readonly enter: (freeMemory: () => void) => void;
}

/**
 * Bounds the bodies that are in memory at once, being read or on their way to a client of any pace, by their number and
 * by their bytes, which count in a space that others use too: who has no room there waits. A body that is larger than
 * all of the space is let in when there is no other.
 */
export function createDownloadSlots(limit: number, space: CacheSpace): DownloadSlots {
  const { limitBytes } = space.readUse();
  const queue = new Set<Waiting>();
  let active = 0;
  let heldBytes = 0;

  const fits = ({ sizeBytes }: Waiting) =>
    active === 0 || (active < limit && heldBytes + sizeBytes <= limitBytes);

  const enterNext = () => {
    for (const first of queue) {
      if (!fits(first)) return;
      const freeMemory = space.hold(Math.min(first.sizeBytes, limitBytes));
      if (freeMemory === null) return space.callWhenRoom(enterNext);
      queue.delete(first);
      active += 1;
      heldBytes += first.sizeBytes;
      first.enter(freeMemory);
    }
  };

  const giveBack = (sizeBytes: number) => {
    active -= 1;
    heldBytes -= sizeBytes;
    enterNext();
  };

  /** Resolves with what gives the slot back before the signal does; to call it again changes nothing. */
  const take = (signal: AbortSignal, sizeBytes: number) =>
    new Promise<() => void>((resolve, reject) => {
      const waiting: Waiting = {
        sizeBytes,
        enter(freeMemory) {
          signal.removeEventListener('abort', leave);
          const release = createOnce(() => {
            freeMemory();
            giveBack(sizeBytes);
          });
          signal.addEventListener('abort', release);
          resolve(release);
        },
      };
      const leave = () => {
        queue.delete(waiting);
        reject(signal.reason);
        enterNext();
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave);
      queue.add(waiting);
      enterNext();
    });

  return {
    async admit(signal, sizeBytes, read) {
      const release = await timePhase('admission', () => take(signal, sizeBytes));
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
