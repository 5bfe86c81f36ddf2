import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeLedger } from '../../bench/metrics/ledger-codec.ts';
import { readReport } from '../../bench/report/read-report.ts';
import { renderDocuments } from '../../bench/report/render-documents.ts';
import { renderReportJsonSchema, reportSchemaFile } from '../../bench/report/report-json-schema.ts';

/** A file that is not what its sources give, with what they give. */
export interface StaleFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Holds the published schema and what is rendered of every committed report below `folder` against their sources.
 * @throws {Error} naming the file when a report or its ledger cannot be read, or the ledger is another one.
 */
export async function findStaleReportFiles(folder: string): Promise<StaleFile[]> {
  const wanted: StaleFile[] = [
    { path: join(folder, 'schema', reportSchemaFile), content: renderReportJsonSchema() },
  ];
  for await (const name of glob('**/report.json', { cwd: folder, exclude: ['drafts'] })) {
    wanted.push(...(await renderReport(join(folder, name))));
  }
  const stale: StaleFile[] = [];
  for (const file of wanted) if ((await readText(file.path)) !== file.content) stale.push(file);
  return stale.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function renderReport(path: string): Promise<StaleFile[]> {
  try {
    const report = readReport(await readFile(path, 'utf8'));
    const ledger = await readFile(join(dirname(path), report.ledger.document));
    const sha256 = createHash('sha256').update(ledger).digest('hex');
    if (sha256 !== report.ledger.sha256) {
      throw new Error(`${report.ledger.document} has the SHA-256 ${sha256}, not ${report.ledger.sha256}.`);
    }
    const documents = Object.entries(renderDocuments(report, decodeLedger(ledger).attempts));
    return documents.map(([name, content]) => ({ path: join(dirname(path), name), content }));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
