import { DomainError } from '../domain-error.ts';

const fileSignature = Buffer.from('PK\x03\x04', 'latin1');
const endSignature = Buffer.from('PK\x05\x06', 'latin1');
const endRecordBytes = 22;
/** The record that ends a zip, with the longest comment it may carry. */
export const longestEndBytes = endRecordBytes + 0xffff;

/**
 * The same content, which fails unless it begins as a zip archive with a file in it does, and ends as one: so that
 * something else, and a zip that was cut short, is no model.
 * @throws {DomainError} `invalid_archive`, at the first chunk or the last.
 */
export async function* checkArchive(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start = Buffer.alloc(0);
  const tail = new Tail();
  for await (const chunk of content) {
    if (start.length < fileSignature.length) {
      start = Buffer.concat([start, chunk.subarray(0, fileSignature.length - start.length)]);
      if (start.length === fileSignature.length) assertArchiveStart(start);
    }
    tail.add(chunk);
    yield chunk;
  }
  assertArchiveStart(start);
  assertArchiveEnd(tail.read());
}

/** @throws {DomainError} `invalid_archive`, for the first bytes of a file. */
export function assertArchiveStart(bytes: Buffer): void {
  const start = bytes.subarray(0, fileSignature.length);
  if (start.equals(fileSignature)) return;
  const shown = start.length === 0 ? 'is empty' : `starts with the bytes ${start.toString('hex')}`;
  throw new DomainError(
    'invalid_archive',
    `The content ${shown}; a zip archive with a file in it starts with ${fileSignature.toString('hex')}.`,
  );
}

/** @throws {DomainError} `invalid_archive`, for the last bytes of a file, at least `longestEndBytes` if it has them. */
export function assertArchiveEnd(bytes: Buffer): void {
  let at = bytes.lastIndexOf(endSignature);
  while (at >= 0) {
    const isWhole = at + endRecordBytes <= bytes.length;
    if (isWhole && at + endRecordBytes + bytes.readUInt16LE(at + endRecordBytes - 2) === bytes.length) return;
    at = at === 0 ? -1 : bytes.lastIndexOf(endSignature, at - 1);
  }
  throw new DomainError(
    'invalid_archive',
    'The content does not end as a zip archive does: it was cut short, or something follows it.',
  );
}

/** The last bytes of a stream, copied: its chunks may be overwritten. */
class Tail {
  readonly #bytes = Buffer.alloc(longestEndBytes);
  #sizeBytes = 0;

  add(chunk: Uint8Array): void {
    const added = chunk.subarray(-longestEndBytes);
    this.#bytes.copyWithin(0, added.byteLength);
    this.#bytes.set(added, longestEndBytes - added.byteLength);
    this.#sizeBytes = Math.min(longestEndBytes, this.#sizeBytes + added.byteLength);
  }

  read(): Buffer {
    return this.#bytes.subarray(longestEndBytes - this.#sizeBytes);
  }
}
