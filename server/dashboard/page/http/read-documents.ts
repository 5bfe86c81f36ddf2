import { Gunzip } from 'fflate';
import type { Experiment } from '../../../../contract/experiment.ts';
import type { Ledger } from '../../../../contract/ledger.ts';
import type { Report } from '../../../../contract/report.ts';
import { get, getJson } from './api.ts';

/** Reports of other schemas are refused by name: their fields may mean something else. */
const reportSchema = 'modelrig.report/1';
const experimentSchema = 'modelrig.experiment/1';
const ledgerSchema = 'modelrig.ledger/1';
/** A ledger of more requests would take a browser's memory; the report's own figures remain. */
export const mostLedgerRows = 50_000;

export async function readReport(path: string, signal: AbortSignal): Promise<Report> {
  const report = await getJson<Report>(path, { signal });
  if (report.schema === reportSchema) return report;
  throw new Error(`it is a "${String(report.schema).slice(0, 60)}", and this page reads "${reportSchema}"`);
}

export async function readExperiment(path: string, signal: AbortSignal): Promise<Experiment> {
  const experiment = await getJson<Experiment>(path, { signal });
  if (experiment.schema === experimentSchema) return experiment;
  throw new Error(
    `it is a "${String(experiment.schema).slice(0, 60)}", and this page reads "${experimentSchema}"`,
  );
}

/** Null when it is too long to be read here. */
export async function readLedger(path: string, rows: number, signal: AbortSignal): Promise<Ledger | null> {
  if (rows > mostLedgerRows) return null;
  const packed = new Uint8Array(await (await get(path, { signal })).arrayBuffer());
  const ledger = JSON.parse(unzip(packed)) as Ledger;
  if (ledger.schema === ledgerSchema) return ledger;
  throw new Error(`it is a "${String(ledger.schema).slice(0, 60)}", and this page reads "${ledgerSchema}"`);
}

/** A ledger is written in several members of gzip, which the browser's own stream takes for rubbish at the end. */
function unzip(packed: Uint8Array): string {
  const decoder = new TextDecoder();
  let text = '';
  const gunzip = new Gunzip((chunk, isLast) => {
    text += decoder.decode(chunk, { stream: !isLast });
  });
  gunzip.push(packed, true);
  return text;
}
