export interface Part {
  readonly bytes: Buffer;
  readonly isLast: boolean;
  /** To be called when the bytes are needed no more: they are overwritten then. */
  release(): void;
}

/** The first part's buffer grows from here: most contents are short, and a whole part's would cost each of them dear. */
const firstSizeBytes = 64 * 1024;

/**
 * Cuts content into parts of one size; the last one may be shorter, or empty. As many buffers are made as parts are
 * held at once, and one more.
 */
export async function* splitIntoParts(
  content: AsyncIterable<Uint8Array>,
  partSizeBytes: number,
): AsyncGenerator<Part, undefined> {
  const free: Buffer[] = [];
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(firstSizeBytes, partSizeBytes));
  let filledBytes = 0;
  const finish = (isLast: boolean): Part => {
    const filled = buffer;
    return { bytes: filled.subarray(0, filledBytes), isLast, release: () => free.push(filled) };
  };
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filledBytes === partSizeBytes) {
        yield finish(false);
        buffer = free.pop() ?? Buffer.allocUnsafeSlow(partSizeBytes);
        filledBytes = 0;
      } else if (filledBytes === buffer.byteLength) {
        buffer = grow(buffer, partSizeBytes);
      }
      const taken = Math.min(buffer.byteLength - filledBytes, chunk.byteLength - at);
      buffer.set(chunk.subarray(at, at + taken), filledBytes);
      filledBytes += taken;
      at += taken;
    }
  }
  yield finish(true);
}

function grow(buffer: Buffer, limitBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(2 * buffer.byteLength, limitBytes));
  larger.set(buffer);
  return larger;
}
