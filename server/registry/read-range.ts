import type { ModelRecord } from './model-record.ts';
import type { ByteRange } from './stores.ts';

/** How many bytes a range has; null is all of the artifact. */
export function countBytes({ sizeBytes }: ModelRecord, range: ByteRange | null): number {
  return range ? range.end - range.start + 1 : sizeBytes;
}

/**
 * Reads a body of known size into memory of its own, which may be handed to another thread.
 * @throws {Error} when the body has fewer bytes.
 */
export async function readWhole(
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): Promise<Buffer<ArrayBuffer>> {
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
