import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import { idLength, renderReportList } from '../report/render-report-list.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import { chooseExitCode } from './choose-exit-code.ts';
import type { CommandLine } from './command-line.ts';
import { exitCodes } from './exit-codes.ts';
import { findReport } from './find-report.ts';
import { isColored } from './output.ts';
import { verifyReport } from './verify-report.ts';

/**
 * `show <report...>`: the summary of one, or a table of several with what their requests are together. Returns the exit
 * code that the run had, of several the worst one.
 * @throws {UsageError} when there is no such report; {CommandError} naming the file when one cannot be read, or does not
 * follow from its ledger.
 */
export async function showReports({ stdout, env }: CommandLine, places: readonly string[]): Promise<number> {
  const found: Found[] = [];
  for (const place of places) {
    const { report, path, folder } = await findReport(place);
    const text = join(folder, 'report.md');
    const page = (await stat(text).catch(() => null)) === null ? path : text;
    found.push({ report, page, doubt: await verifyReport(report, folder) });
  }
  const [only] = found;
  if (only === undefined) return exitCodes.ok;
  const text = found.length === 1 ? showOne(only, isColored(stdout, env)) : showSeveral(found);
  stdout.write(`\n${text}\n`);
  const codes = found.map(({ report }) => chooseExitCode('completed', report, report.interrupted));
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.ok;
}

interface Found {
  readonly report: Report;
  /** To read: the rendered report, or its JSON where there is none. */
  readonly page: string;
  /** Why its figures were not recomputed; null when they were. */
  readonly doubt: string | null;
}

const worstFirst: readonly number[] = [
  exitCodes.runInvalid,
  exitCodes.interrupted,
  exitCodes.stoppedByThreshold,
  exitCodes.thresholdsCrossed,
];

function showOne({ report, page, doubt }: Found, color: boolean): string {
  return `${renderTerminalSummary(report, { color, doubt })}\n\n  report      ${page}`;
}

function showSeveral(found: readonly Found[]): string {
  const doubts = found.flatMap(({ report, doubt }) =>
    doubt === null ? [] : [`  doubt       ${report.run_id.slice(0, idLength)} was not recomputed: ${doubt}`],
  );
  return [renderReportList(found.map(({ report }) => report)), ...doubts].join('\n');
}
