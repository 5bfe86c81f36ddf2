import { join } from 'node:path';
import { compareReports } from '../compare/compare-reports.ts';
import { describeDifference } from '../compare/find-differences.ts';
import { renderDistributionsPlot } from '../compare/plots/render-distributions-plot.ts';
import { renderComparison, renderComparisonMarkdown } from '../compare/render-comparison.ts';
import type { CommandLine } from './command-line.ts';
import { compareVersions, findExperiments } from './compare-versions.ts';
import { CommandError, exitCodes, UsageError } from './exit-codes.ts';
import { fetchRun } from './fetch-run.ts';
import { ensureReplaceable } from './output.ts';
import { saveDocuments } from './save-documents.ts';

export interface CompareFlags {
  readonly force?: true;
  readonly json?: true;
  readonly out?: string;
}

/**
 * `compare <a> <b>`: two runs, or two versions of experiments, side by side.
 * @throws {UsageError} when both are one; {CommandError} listing the fields, when environment or load differ and nothing forces
 * the comparison.
 */
export async function compareRuns(
  commandLine: CommandLine,
  places: readonly [string, string],
  flags: CompareFlags,
): Promise<number> {
  const { stdout, stderr, env } = commandLine;
  const experiments = await findExperiments(places);
  if (experiments !== null) return compareVersions(commandLine, experiments, flags);
  if (flags.out !== undefined) await ensureReplaceable(flags.out, ['comparison.md', 'distributions.svg']);
  const [{ report: one }, { report: other }] = [await fetchRun(places[0], env), await fetchRun(places[1], env)];
  if (one.run_id === other.run_id) {
    throw new UsageError(`Both are the run ${one.run_id}; allowed: two runs`);
  }
  const comparison = compareReports(one, other);
  if (!comparison.isComparable && !flags.force) {
    const fields = comparison.differences.map((difference) => `  ${describeDifference(difference)}`).join('\n');
    throw new CommandError(
      `These two do not compare; they differ in\n${fields}\nTo see them side by side all the same, give --force; the output says so.`,
    );
  }
  const names = [one.run_id.slice(0, 8), other.run_id.slice(0, 8)] as const;
  stdout.write(
    flags.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : `\nmodelrig  compare · ${one.scenario.name}\n${renderComparison(comparison, names)}\n`,
  );
  if (flags.out === undefined) return exitCodes.ok;
  const arm = (label: string, { black_box }: typeof one) => ({
    label,
    histogram: black_box.latency_histogram,
    censored: black_box.metrics.latency.censored,
  });
  await saveDocuments(
    [
      ['comparison.md', renderComparisonMarkdown(comparison, names)],
      ['distributions.svg', renderDistributionsPlot(arm(names[0], one), arm(names[1], other))],
    ],
    flags.out,
  );
  stderr.write(`  comparison  ${join(flags.out, 'comparison.md')}\n`);
  return exitCodes.ok;
}
