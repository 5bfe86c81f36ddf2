import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import type { FileToRead } from './read-unchanged.ts';

export interface ModelFile extends FileToRead {
  /** Relative, with `/` on every system: the name in the archive. */
  readonly name: string;
}

export interface ListedFiles {
  /** By name, in the order of their characters' codes: the same everywhere. */
  readonly files: readonly ModelFile[];
  /** Hidden files and folders, which are no part of a model: `.git` and the like. */
  readonly skipped: readonly string[];
}

/**
 * The files of a model's folder, with all below it. A link to a file counts as the file, as in the caches of model
 * hubs; empty folders are left out.
 * @throws {UsageError} for links to folders or to nothing, for what is no file, and for files that cannot be read.
 */
export async function listFiles(folder: string): Promise<ListedFiles> {
  const files: ModelFile[] = [];
  const skipped: string[] = [];
  await walk(folder, '', files, skipped);
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), skipped: skipped.sort() };
}

async function walk(folder: string, prefix: string, files: ModelFile[], skipped: string[]): Promise<void> {
  for (const entry of await readFolder(folder)) {
    const name = prefix + entry.name;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) skipped.push(name);
    else if (entry.isDirectory()) await walk(path, `${name}/`, files, skipped);
    else files.push({ name, ...(await describeFile(path)) });
  }
}

async function readFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`${folder} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

/** @throws {UsageError} */
export async function describeFile(path: string): Promise<FileToRead> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      throw new UsageError(`${path} is a link to a folder; put the folder itself there, or leave it out.`);
    }
    if (!stats.isFile()) throw new UsageError(`${path} is neither a file nor a folder; leave it out.`);
    if (path.includes('\\'))
      throw new UsageError(`${path} has a backslash in its name, which no zip can carry.`);
    await access(path, constants.R_OK);
    return { path, sizeBytes: stats.size, modifiedMs: stats.mtimeMs };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist, or is a link to nothing' : `cannot be read (${code})`;
    throw new UsageError(`${path} ${reason}.`, { cause: error });
  }
}
