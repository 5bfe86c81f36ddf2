import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { documentPath, routes } from '../../contract/routes.ts';
import type { MeasuredRun } from '../lab/journal.ts';
import { readReport } from '../report/read-report.ts';
import { UsageError } from './exit-codes.ts';
import { findReport } from './find-report.ts';
import { ServiceClient } from './service-client.ts';

/**
 * A run's report and ledger from a file, a folder, the drafts, or a service: `http://host/health/performance/results/<run id>`.
 * The ledger is empty where it is not beside the report.
 * @throws {UsageError} when there is no such run.
 */
export async function fetchRun(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<MeasuredRun> {
  if (/^https?:\/\//.test(place)) return fetchRunFrom(place, env.TRIGGER_TOKEN || null);
  const { report, text, folder } = await findReport(place);
  const ledger = await readFile(join(folder, basename(report.ledger.document))).catch(() => Buffer.alloc(0));
  return { report, reportText: text, ledger };
}

async function fetchRunFrom(place: string, token: string | null): Promise<MeasuredRun> {
  const url = URL.parse(place);
  const [, runId] = new RegExp(`^${routes.results}/([0-9a-f-]{36})(/|$)`).exec(url?.pathname ?? '') ?? [];
  if (url === null || runId === undefined) {
    throw new UsageError(`"${place}" names no run; allowed: http://host:port${routes.results}/<run id>`);
  }
  return readRunDocuments(new ServiceClient(url.origin, token), runId);
}

export async function readRunDocuments(client: ServiceClient, runId: string): Promise<MeasuredRun> {
  const [report, ledger] = await Promise.all([
    client.readDocument(documentPath(runId, 'report.json')),
    client.readDocument(documentPath(runId, 'ledger.json.gz')),
  ]);
  const reportText = new TextDecoder().decode(report);
  return { report: readReport(reportText), reportText, ledger };
}
