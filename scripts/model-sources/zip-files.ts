import type { PassThrough, Readable } from 'node:stream';
import yazl from 'yazl';

/** A file of an archive: its bytes, or how many there will be and how to stream them. */
export type ArchiveFile =
  | { readonly name: string; readonly content: Buffer }
  | { readonly name: string; readonly sizeBytes: number; open(): Readable };

/**
 * Streams an uncompressed zip of the files in their order. The same files give the same bytes on every machine:
 * zip knows local time only, so the date is made of local parts and goes without the second, universal stamp.
 */
export function zipFiles(files: readonly ArchiveFile[]): Readable {
  const zip = new yazl.ZipFile();
  const options = {
    compress: false,
    forceDosTimestamp: true,
    mtime: new Date(2024, 5, 15, 12, 0, 0),
    mode: 0o100644,
  };
  const output = zip.outputStream as PassThrough;
  zip.once('error', (error: Error) => output.destroy(error));
  for (const file of files) {
    if ('content' in file) {
      zip.addBuffer(file.content, file.name, options);
    } else {
      zip.addReadStreamLazy(file.name, { ...options, size: file.sizeBytes }, (use) =>
        use(null, tieTo(output, file.open())),
      );
    }
  }
  zip.end();
  return output;
}

/** Pipes pass on neither errors nor that nobody reads any more. */
function tieTo(output: PassThrough, content: Readable): Readable {
  content.once('error', (error) => output.destroy(error));
  const release = () => content.destroy();
  output.once('close', release);
  content.once('close', () => output.off('close', release));
  return content;
}

/** Exact size of what `zipFiles` gives, by the zip format's fixed record lengths. */
export function measureZip(files: readonly ArchiveFile[]): number {
  const localHeader = 30;
  const dataDescriptor = 16;
  const directoryEntry = 46;
  const endOfDirectory = 22;
  return files.reduce((total, file) => {
    const nameBytes = Buffer.byteLength(file.name);
    const contentBytes = 'content' in file ? file.content.length : file.sizeBytes + dataDescriptor;
    return total + localHeader + nameBytes + contentBytes + directoryEntry + nameBytes;
  }, endOfDirectory);
}
