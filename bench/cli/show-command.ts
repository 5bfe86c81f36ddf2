import { join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import { idLength, renderReportList } from '../report/render-report-list.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import type { CommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { findReport } from './find-report.ts';
import { isColored } from './output.ts';
import { verifyReport } from './verify-report.ts';

/**
 * `show <report...>`: the summary of one, or a table of several with what their requests are together.
 * @throws {UsageError} when there is no such report; {CommandError} naming the file when one cannot be read, or does not
 * follow from its ledger.
 */
export async function showReports({ stdout, env }: CommandLine, places: readonly string[]): Promise<number> {
  const found: Found[] = [];
  for (const place of places) {
    const { report, folder } = await findReport(place);
    found.push({ report, folder, doubt: await verifyReport(report, folder) });
  }
  const [only] = found;
  if (only === undefined) return exitCodes.ok;
  const text =
    found.length === 1
      ? `${renderTerminalSummary(only.report, { color: isColored(stdout, env) })}\n\n  report      ${join(only.folder, 'report.md')}`
      : renderReportList(found.map(({ report }) => report));
  stdout.write(`\n${[text, ...describeDoubts(found)].join('\n')}\n`);
  return exitCodes.ok;
}

interface Found {
  readonly report: Report;
  readonly folder: string;
  /** Why its figures were not recomputed; null when they were. */
  readonly doubt: string | null;
}

function describeDoubts(found: readonly Found[]): string[] {
  return found.flatMap(({ report, doubt }) => {
    if (doubt === null) return [];
    return [`  ledger      ${found.length === 1 ? '' : `${report.run_id.slice(0, idLength)} `}${doubt}`];
  });
}
