import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError } from '../../bench/cli/exit-codes.ts';

/** A file as it was found before its bytes are asked for. */
export interface FileToRead {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const chunkBytes = 64 * 1024;

/**
 * Streams a file.
 * @throws {CommandError} when it is not what it was found to be, before the first byte or after the last.
 */
export async function* readUnchanged(file: FileToRead): AsyncGenerator<Buffer> {
  const handle = await open(file.path);
  try {
    assertUnchanged(file, await handle.stat());
    yield* handle.createReadStream({ highWaterMark: chunkBytes, autoClose: false });
    assertUnchanged(file, await handle.stat());
  } finally {
    await handle.close();
  }
}

function assertUnchanged({ path, sizeBytes, modifiedMs }: FileToRead, found: Stats): void {
  if (found.size === sizeBytes && found.mtimeMs === modifiedMs) return;
  throw new CommandError(`${path} was changed while it was published; publish again when it is at rest.`);
}
