import { join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import { renderReportList } from '../report/render-report-list.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import type { CommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { findReport } from './find-report.ts';
import { isColored } from './output.ts';

/**
 * `show <report...>`: the summary of one, or a table of several with what their requests are together.
 * @throws {UsageError} when there is no such report; {CommandError} naming the file when one cannot be read.
 */
export async function showReports({ stdout, env }: CommandLine, places: readonly string[]): Promise<number> {
  const found: { report: Report; folder: string }[] = [];
  for (const place of places) found.push(await findReport(place));
  const [only] = found;
  if (only === undefined) return exitCodes.ok;
  const text =
    found.length === 1
      ? `${renderTerminalSummary(only.report, { color: isColored(stdout, env) })}\n\n  report      ${join(only.folder, 'report.md')}`
      : renderReportList(found.map(({ report }) => report));
  stdout.write(`\n${text}\n`);
  return exitCodes.ok;
}
