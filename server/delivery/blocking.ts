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
  const slots = createDownloadSlots(downloadConcurrency, cache.space);
  let turn: Promise<void> = Promise.resolve();
  return {
    name: 'blocking',
    open: ({ record, range, signal }) =>
      slots.admit(signal, countBytes(record, range), async () => {
        turn = turn.then(turnLoop);
        await timePhase('event_loop', () => turn);
        signal.throwIfAborted();
        return reader.readBlocking(record, range);
      }),
    readLoad: slots.readLoad,
    close: () => reader.close(),
  };
}

/**
 * Between two reads finished bodies can leave, and departures are seen: one turn of the loop reads that a client has left,
 * the next one closes its connection, and a request of a connection that was only now accepted comes a turn later.
 */
async function turnLoop(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) await nextTurn();
}
