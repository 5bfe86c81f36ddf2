import type { Report } from '../../contract/report.ts';
import { documentPath, routes } from '../../contract/routes.ts';
import { readReport } from '../report/read-report.ts';
import { UsageError } from './exit-codes.ts';
import { findReport } from './find-report.ts';
import { ServiceClient } from './service-client.ts';

/**
 * A run's report from a file, a folder, the drafts, or a service: `http://host/health/performance/results/<run id>`.
 * @throws {UsageError} when there is none.
 */
export async function fetchReportOf(
  place: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Report> {
  if (!/^https?:\/\//.test(place)) return (await findReport(place)).report;
  const { origin, pathname } = new URL(place);
  const [, runId] = new RegExp(`^${routes.results}/([0-9a-f-]{36})(/|$)`).exec(pathname) ?? [];
  if (runId === undefined) {
    throw new UsageError(`"${place}" names no run; allowed: http://host:port${routes.results}/<run id>`);
  }
  const client = new ServiceClient(origin, env.TRIGGER_TOKEN || null);
  return readReport(new TextDecoder().decode(await client.readDocument(documentPath(runId, 'report.json'))));
}
