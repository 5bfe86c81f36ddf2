export interface Part {
  readonly bytes: Buffer;
  readonly isLast: boolean;
  /** To be called when the bytes are needed no more: they are overwritten then. */
  release(): void;
}

/**
 * Cuts content into parts of one size; the last one may be shorter, or empty. As many buffers are made as parts are
 * held at once, and one more.
 */
export async function* splitIntoParts(
  content: AsyncIterable<Uint8Array>,
  partSizeBytes: number,
): AsyncGenerator<Part, undefined> {
  const free: Buffer[] = [];
  // Memory that is never written to is never taken from the system: a short content costs what it has.
  const take = () => free.pop() ?? Buffer.allocUnsafeSlow(partSizeBytes);
  let buffer = take();
  let filledBytes = 0;
  const finish = (isLast: boolean): Part => {
    const filled = buffer;
    return { bytes: filled.subarray(0, filledBytes), isLast, release: () => free.push(filled) };
  };
  for await (const chunk of content) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filledBytes === partSizeBytes) {
        yield finish(false);
        buffer = take();
        filledBytes = 0;
      }
      const taken = Math.min(partSizeBytes - filledBytes, chunk.byteLength - at);
      buffer.set(chunk.subarray(at, at + taken), filledBytes);
      filledBytes += taken;
      at += taken;
    }
  }
  yield finish(true);
}
