import { join } from 'node:path';
import { claimFile } from './claim-file.ts';
import { draftsFolder } from './output.ts';

/**
 * Makes this process the only one that measures rounds of an experiment; the returned function gives it back. Two at once
 * would write into one journal, and disturb each other's rounds.
 * @throws {CommandError} naming the process that has it.
 */
export function claimDraft(name: string): Promise<() => Promise<void>> {
  // Beside the folder, which goes when its experiment begins anew.
  const file = join(draftsFolder, `.${name}.process-id`);
  return claimFile(
    file,
    (holder) =>
      `Process ${holder} already measures rounds of "${name}"; let it end, or stop it first. (If it is no modelrig, remove ${file}.)`,
  );
}
