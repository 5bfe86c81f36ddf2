import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import { DomainError } from '../../server/domain-error.ts';
import { assertArchiveEnd, assertArchiveStart, longestEndBytes } from '../../server/registry/check-archive.ts';
import { zipFiles } from '../model-sources/zip-files.ts';
import { describeFile, type ListedFiles, listFiles } from './list-files.ts';
import { type FileToRead, readUnchanged } from './read-unchanged.ts';

/** What is to be published: a zip as it is, or a folder as a zip of its files. */
export interface PublishSource {
  /** Of the files: an archive is a little larger. */
  readonly sizeBytes: number;
  /** For whoever watches. */
  readonly description: string;
  /** Streams the artifact; once. */
  open(): AsyncIterable<Uint8Array>;
}

/** @throws {UsageError} for a path that holds no model, a file that is no zip among them. */
export async function openSource(path: string): Promise<PublishSource> {
  const stats = await stat(path).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new UsageError(`${path} ${reason}.`, { cause: error });
  });
  return stats.isDirectory() ? openFolder(path, await listFiles(path)) : openZip(await describeFile(path));
}

function openFolder(folder: string, { files, skipped }: ListedFiles): PublishSource {
  const left = skipped.length > 0 ? `; hidden, so left out: ${skipped.join(', ')}` : '';
  if (files.length === 0) throw new UsageError(`${folder} has no files${left}.`);
  return {
    sizeBytes: files.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    description: `${files.length} ${files.length === 1 ? 'file' : 'files'} of ${folder}${left}`,
    open: () =>
      zipFiles(
        files.map((file) => ({
          name: file.name,
          sizeBytes: file.sizeBytes,
          open: () => Readable.from(readUnchanged(file)),
        })),
      ),
  };
}

async function openZip(file: FileToRead): Promise<PublishSource> {
  const handle = await open(file.path);
  try {
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position });
      return buffer.subarray(0, bytesRead);
    };
    assertArchiveStart(await read(0, 4));
    assertArchiveEnd(await read(Math.max(0, file.sizeBytes - longestEndBytes), longestEndBytes));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const reason = error.message.replace(/^The content /, '');
    throw new UsageError(`${file.path} is no zip archive: it ${reason}`, { cause: error });
  } finally {
    await handle.close();
  }
  return { sizeBytes: file.sizeBytes, description: file.path, open: () => readUnchanged(file) };
}
