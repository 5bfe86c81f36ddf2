import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import { readReport } from '../report/read-report.ts';
import { CommandError, UsageError } from './exit-codes.ts';
import { draftsFolder } from './output.ts';

/**
 * The report in a file, in a folder, or of a run among the drafts.
 * @throws {UsageError} when there is none; {CommandError} naming the file when it is damaged or of a newer version.
 */
export async function findReport(place: string): Promise<{ report: Report; folder: string; path: string }> {
  const path = await findFile(place);
  try {
    return { report: readReport(await readFile(path, 'utf8')), folder: dirname(path), path };
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function findFile(place: string): Promise<string> {
  const candidates = [place, join(place, 'report.json'), join(draftsFolder, place, 'report.json')];
  for (const path of candidates) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  throw new UsageError(
    `There is no report "${place}"; allowed: a report.json, a folder with one, or the id of a run in ${draftsFolder}`,
  );
}
