import { countBytes, readWhole } from '../registry/read-range.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createDownloadSlots } from './download-slots.ts';

/**
 * Reads a whole artifact, or range, into memory before its first byte leaves. At most `downloadConcurrency` are held
 * at once, in memory that is part of the cache's; the others queue.
 */
export function createBufferedDelivery({
  artifacts,
  downloadConcurrency,
  cache,
}: Pick<DeliveryDependencies, 'artifacts' | 'downloadConcurrency' | 'cache'>): DeliveryStrategy {
  const slots = createDownloadSlots(downloadConcurrency, cache.space);
  return {
    name: 'buffered',
    open: ({ record, range, signal }) =>
      slots.admit(signal, countBytes(record, range), async () => {
        const body = await artifacts.open(record, range, signal);
        return body && readWhole(body, countBytes(record, range));
      }),
    readLoad: slots.readLoad,
  };
}
