import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Results } from '../../contract/results.ts';
import { CommandError } from './exit-codes.ts';
import type { ServiceClient } from './service-client.ts';

/** @throws {CommandError} when nothing can be written below `folder`; called before a run spends minutes. */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new CommandError(
      `${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); reports go there. Mend its permissions and run again.`,
      { cause: error },
    );
  }
}

/** Fetches a run's documents into `<folder>/<run_id>/`, which appears as a whole or not at all. */
export async function saveDocuments(client: ServiceClient, results: Results, folder: string): Promise<string> {
  const target = join(folder, results.run_id);
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    await mkdir(unfinished, { recursive: true });
    for (const [name, path] of Object.entries(results.documents)) {
      await writeFile(join(unfinished, basename(name)), await client.readDocument(path));
    }
    await rm(target, { recursive: true, force: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(`The run completed, but its documents could not be saved in ${target} (${code}).`, {
      cause: error,
    });
  }
  return target;
}
