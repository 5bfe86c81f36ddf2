import { countBytes, readWhole } from '../registry/read-range.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createDownloadSlots } from './download-slots.ts';

/**
 * Reads a whole artifact, or range, into memory before its first byte leaves. At most `downloadConcurrency` are held
 * at once, which bounds memory by this number times their size; the others queue.
 */
export function createBufferedDelivery({
  artifacts,
  downloadConcurrency,
}: Pick<DeliveryDependencies, 'artifacts' | 'downloadConcurrency'>): DeliveryStrategy {
  const slots = createDownloadSlots(downloadConcurrency);
  return {
    name: 'buffered',
    open: ({ record, range, signal }) =>
      slots.admit(signal, async () => {
        const body = await artifacts.open(record, range, signal);
        return body && readWhole(body, countBytes(record, range));
      }),
    readLoad: slots.readLoad,
  };
}
