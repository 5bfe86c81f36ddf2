import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';

const chunkBytes = 256 * 1024;

/** A stream of exactly `sizeBytes` that follow from the seed and do not compress: an AES-256-CTR key stream. */
export function createKeystream(seed: string, sizeBytes: number): Readable {
  return Readable.from(makeChunks(seed, sizeBytes), { objectMode: false });
}

function* makeChunks(seed: string, sizeBytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(chunkBytes);
  for (let left = sizeBytes; left > 0; left -= chunkBytes) {
    yield cipher.update(left < chunkBytes ? zeros.subarray(0, left) : zeros);
  }
}
