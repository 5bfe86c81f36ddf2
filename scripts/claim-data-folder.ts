import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFile } from '../bench/cli/claim-file.ts';
import { CommandError } from '../bench/cli/exit-codes.ts';

/**
 * Makes this process the only one that keeps data in `folder`; the returned function gives it back.
 * @throws {CommandError} naming the process that has it, or why it cannot be a folder of data.
 */
export async function claimDataFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'process-id');
  await makeFolder(folder);
  return claimFile(
    file,
    (holder) =>
      `Process ${holder} already keeps its data in ${folder}; stop that one first. (If it is no modelrig, remove ${file}.)`,
  );
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
