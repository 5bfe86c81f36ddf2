import { createHash } from 'node:crypto';

export interface MeasuredContent {
  /** The same chunks; to be read once, to the end. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Size and `sha256:<hex>` of what has passed through so far. */
  measure(): { sizeBytes: number; digest: string };
}

/** Counts and hashes content while it streams by. */
export function measureContent(source: AsyncIterable<Uint8Array>): MeasuredContent {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* pass() {
    for await (const chunk of source) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
  }
  return {
    content: pass(),
    measure: () => ({ sizeBytes, digest: `sha256:${hash.copy().digest('hex')}` }),
  };
}
