import { setImmediate as nextTurn } from 'node:timers/promises';
import { countBytes } from '../registry/read-range.ts';
import { timePhase } from '../request-trace.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createDownloadSlots } from './download-slots.ts';

/**
 * Reads artifacts as a synchronous client library does: nothing else happens in this process until S3 has sent the
 * last byte, and so one is read at a time. Bodies that slow clients have not taken yet count as for `buffered`.
 */
export function createBlockingDelivery({
  createBlockingReader,
  downloadConcurrency,
  cache,
}: Pick<DeliveryDependencies, 'createBlockingReader' | 'downloadConcurrency' | 'cache'>): DeliveryStrategy {
  const reader = createBlockingReader();
  const slots = createDownloadSlots(downloadConcurrency, cache.space.readUse().limitBytes);
  let turn: Promise<void> = Promise.resolve();
  return {
    name: 'blocking',
    open: ({ record, range, signal }) =>
      slots.admit(signal, countBytes(record, range), async () => {
        // Between two reads the loop turns once, so that finished bodies can leave and departures are seen.
        turn = turn.then(() => nextTurn());
        await timePhase('event_loop', () => turn);
        signal.throwIfAborted();
        return reader.readBlocking(record, range);
      }),
    readLoad: slots.readLoad,
    close: () => reader.close(),
  };
}
