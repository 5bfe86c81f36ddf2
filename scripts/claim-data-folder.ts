import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../bench/cli/exit-codes.ts';

/**
 * Makes this process the only one that keeps data in `folder`; the returned function gives it back. A claim whose
 * process is gone does not count.
 * @throws {CommandError} naming the process that has it, or why it cannot be a folder of data.
 */
export async function claimDataFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'process-id');
  await makeFolder(folder);
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(holder)) {
      throw new CommandError(
        `Process ${holder} already keeps its data in ${folder}; stop that one first. (If it is no modelrig, remove ${file}.)`,
      );
    }
    await rm(file, { force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is a file, or below one' : code;
    throw new CommandError(`Data cannot be kept in ${folder} (${reason}).`, { cause: error });
  }
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
