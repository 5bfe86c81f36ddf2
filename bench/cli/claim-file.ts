import { readFile, rm, writeFile } from 'node:fs/promises';
import { CommandError } from './exit-codes.ts';

/**
 * Writes this process's id into a file that no other living process has; the returned function gives it back. A claim
 * whose process is gone does not count.
 * @throws {CommandError} with what `refuse` says of the process that has it.
 */
export async function claimFile(
  file: string,
  refuse: (holder: number) => string,
): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(holder)) throw new CommandError(refuse(holder));
    await rm(file, { force: true });
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
