import { createCipheriv, createHash } from 'node:crypto';

/** The bytes of an artifact, which can be had again at any time from what is told here. */
export interface Content {
  readonly seed: number;
  readonly sizeBytes: number;
  /** Of all bytes: `sha256:<hex>`. */
  readonly digest: string;
}

const zipStart = Buffer.from('PK\x03\x04', 'latin1');
/** The record that ends a zip without a comment. */
const zipEnd = Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1');
const blockBytes = 16;

/** Another seed has other bytes. At least 26 of them, to begin and end as a zip archive does. */
export function makeContent(seed: number, sizeBytes: number): Content {
  return { seed, sizeBytes, digest: digestOf(readContent({ seed, sizeBytes }, 0, sizeBytes)) };
}

/** Its bytes from `start` up to, but not with, `end`: a stream of AES in counter mode, which can be entered anywhere. */
export function readContent(
  { seed, sizeBytes }: Pick<Content, 'seed' | 'sizeBytes'>,
  start: number,
  end: number,
): Buffer {
  const key = Buffer.alloc(blockBytes);
  key.writeUInt32BE(seed >>> 0);
  const firstBlock = Math.floor(start / blockBytes);
  const counter = Buffer.alloc(blockBytes);
  counter.writeUInt32BE(firstBlock, blockBytes - 4);
  const from = firstBlock * blockBytes;
  const bytes = createCipheriv('aes-128-ctr', key, counter)
    .update(Buffer.alloc(end - from))
    .subarray(start - from);
  overlay(bytes, start, zipStart, 0);
  overlay(bytes, start, zipEnd, sizeBytes - zipEnd.length);
  return bytes;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Lays `piece`, which stands at `at` of the whole, over the part of it that begins at `start`. */
function overlay(part: Buffer, start: number, piece: Buffer, at: number): void {
  for (let index = 0; index < piece.length; index += 1) {
    const place = at + index - start;
    if (place >= 0 && place < part.length) part[place] = piece[index] ?? 0;
  }
}
