import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  experimentSchemaFile,
  renderExperimentJsonSchema,
} from '../../bench/compare/experiment-json-schema.ts';
import { readExperiment, readSchema } from '../../bench/compare/read-experiment.ts';
import { renderExperimentDocuments } from '../../bench/compare/render-experiment-documents.ts';
import { decodeLedger } from '../../bench/metrics/ledger-codec.ts';
import { readReport } from '../../bench/report/read-report.ts';
import { renderDocuments } from '../../bench/report/render-documents.ts';
import { renderReportJsonSchema, reportSchemaFile } from '../../bench/report/report-json-schema.ts';
import type { Experiment } from '../../contract/experiment.ts';
import { ladderSchema } from '../validate/rounds/ladder-document.ts';
import { renderLadder } from '../validate/rounds/render-ladder.ts';
import { checkRounds } from './check-rounds.ts';
import { renderReportsIndex } from './render-reports-index.ts';

/** A file that is not what its sources give, with what they give. */
export interface StaleFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Holds the published schema and what is rendered of every committed report below `folder` against their sources.
 * @throws {Error} naming the file when a report or its ledger cannot be read, the ledger is another one, or an experiment
 * does not say what the reports of its rounds do.
 */
export async function findStaleReportFiles(folder: string): Promise<StaleFile[]> {
  const wanted: StaleFile[] = [
    { path: join(folder, 'schema', reportSchemaFile), content: renderReportJsonSchema() },
    { path: join(folder, 'schema', experimentSchemaFile), content: renderExperimentJsonSchema() },
  ];
  for await (const name of glob('**/report.json', { cwd: folder, exclude: ['drafts'] })) {
    wanted.push(...(await renderDocument(join(folder, name))));
  }
  const index = await renderReportsIndex(folder);
  if (index !== null) wanted.push({ path: join(folder, 'README.md'), content: index });
  const stale: StaleFile[] = [];
  for (const file of wanted) if ((await readText(file.path)) !== file.content) stale.push(file);
  return stale.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Of a run or of an experiment, as its schema says. */
async function renderDocument(path: string): Promise<StaleFile[]> {
  try {
    const text = await readFile(path, 'utf8');
    if (readSchema(text) === ladderSchema.shape.schema.value) {
      const content = renderLadder(ladderSchema.parse(JSON.parse(text)));
      return [{ path: join(dirname(path), 'report.md'), content }];
    }
    const isExperiment = String(readSchema(text)).startsWith('modelrig.experiment/');
    const documents = isExperiment
      ? await renderCheckedExperiment(readExperiment(text), dirname(path))
      : await renderReport(text, dirname(path));
    return Object.entries(documents).map(([name, content]) => ({ path: join(dirname(path), name), content }));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function renderCheckedExperiment(experiment: Experiment, folder: string) {
  await checkRounds(experiment, folder);
  return renderExperimentDocuments(experiment);
}

async function renderReport(text: string, folder: string): Promise<Readonly<Record<string, string>>> {
  const report = readReport(text);
  const ledger = await readFile(join(folder, report.ledger.document));
  const sha256 = createHash('sha256').update(ledger).digest('hex');
  if (sha256 !== report.ledger.sha256) {
    throw new Error(`${report.ledger.document} has the SHA-256 ${sha256}, not ${report.ledger.sha256}.`);
  }
  return renderDocuments(report, decodeLedger(ledger).attempts);
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
