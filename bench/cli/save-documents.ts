import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandError } from './exit-codes.ts';

/** @throws {CommandError} when nothing can be written below `folder`; called before a run spends minutes. */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.writable-${randomUUID()}`);
  try {
    await makeFolder(resolve(folder));
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); reports go there. Mend its permissions and run again.`,
      { cause: error },
    );
  }
}

/** Puts a run's documents into a folder, which appears as a whole, in place of an earlier one, or not at all. */
export async function saveDocuments(
  documents: readonly (readonly [name: string, content: Uint8Array | string])[],
  folder: string,
): Promise<void> {
  const target = resolve(folder);
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    await makeFolder(unfinished);
    for (const [name, content] of documents) await writeFile(join(unfinished, basename(name)), content);
    await rm(target, { recursive: true, force: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(`The run completed, but its documents could not be saved in ${folder} (${code}).`, {
      cause: error,
    });
  }
}

/** With its parents. Node's recursive mkdir never returns where a folder answers ENOENT as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => null)) !== null) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
