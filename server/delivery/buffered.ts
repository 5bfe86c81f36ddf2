import type { Readable } from 'node:stream';
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
        return body && readInto(body, range ? range.end - range.start + 1 : record.sizeBytes);
      }),
    readLoad: slots.readLoad,
  };
}

async function readInto(body: Readable, sizeBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(sizeBytes);
  let filledBytes = 0;
  for await (const chunk of body) {
    buffer.set(chunk, filledBytes);
    filledBytes += chunk.length;
  }
  // What was not filled is memory of others.
  if (filledBytes !== sizeBytes)
    throw new Error(`A body has ${filledBytes} bytes; ${sizeBytes} were asked for.`);
  return buffer;
}
