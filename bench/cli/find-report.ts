import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Report } from '../../contract/report.ts';
import { NoReportError, readReport } from '../report/read-report.ts';
import { CommandError, UsageError } from './exit-codes.ts';
import { draftsFolder } from './output.ts';

/** Of a report that is compressed. */
const mostBytes = 50_000_000;

export interface FoundReport {
  readonly report: Report;
  /** Its JSON. */
  readonly text: string;
  readonly path: string;
  readonly folder: string;
}

/**
 * The report in a file, in a folder, or of a run among the drafts; those of an experiment's rounds are compressed.
 * @throws {UsageError} when there is none that this version reads; {CommandError} naming the file when it is damaged.
 */
export async function findReport(place: string): Promise<FoundReport> {
  const { text, path } = await findDocument(place);
  try {
    return { report: readReport(text), text, path, folder: dirname(path) };
  } catch (error) {
    const Kind = error instanceof NoReportError ? UsageError : CommandError;
    throw new Kind(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The JSON text of a run's report or of an experiment's, whichever lies there. */
export async function findDocument(place: string): Promise<{ readonly text: string; readonly path: string }> {
  const path = await findFile(place);
  const content = await readFile(path);
  try {
    const isCompressed = content[0] === 0x1f && content[1] === 0x8b;
    const json = isCompressed ? gunzipSync(content, { maxOutputLength: mostBytes }) : content;
    return { text: json.toString('utf8'), path };
  } catch (error) {
    throw new CommandError(`${path} is damaged: ${(error as Error).message}.`, { cause: error });
  }
}

async function findFile(place: string): Promise<string> {
  const candidates = [
    place,
    join(place, 'report.json'),
    join(place, 'report.json.gz'),
    join(draftsFolder, place, 'report.json'),
  ];
  for (const path of candidates) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  throw new UsageError(
    `There is no report "${place}"; allowed: a report.json, a folder with one, or the id of a run in ${draftsFolder}`,
  );
}
