import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../contract/report.ts';
import type { Results } from '../../contract/results.ts';
import type { Progress } from '../../contract/run.ts';
import type { Workload } from '../../contract/workload.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import { exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { saveDocuments } from './save-documents.ts';
import type { ServiceClient } from './service-client.ts';
import type { Terminal } from './terminal.ts';

export interface Output {
  /** Results go here: the summary, or the one JSON document. */
  readonly stdout: NodeJS.WriteStream;
  readonly terminal: Terminal;
  readonly color: boolean;
  readonly json: boolean;
  /** Where the documents of a run are put, in a folder of its own. */
  readonly reportsFolder: string;
}

/** Triggers a run, follows it, saves its documents, prints the summary. Returns the exit code. */
export async function runAndReport(
  client: ServiceClient,
  workload: Workload,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { terminal } = output;
  const { run_id } = await client.trigger(workload);
  terminal.say(`run       ${run_id}`);
  const watcher = {
    onProgress: (progress: Progress) => terminal.showProgress(progress),
    onSilence: (reason: string) => terminal.show(`waiting   ${reason}`),
  };
  const results = await followRun(client, run_id, watcher, signal);
  terminal.close();

  const folder =
    results.status === 'completed' ? await saveDocuments(client, results, output.reportsFolder) : null;
  const report = folder === null ? null : await readReport(folder);
  if (output.json) output.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else if (report) output.stdout.write(`\n${renderTerminalSummary(report, { color: output.color })}\n`);
  if (folder !== null) terminal.say(`  report      ${join(folder, 'report.md')}`);
  if (results.status !== 'completed') terminal.say(describeEnd(results));
  return chooseExitCode(results, report, signal);
}

async function readReport(folder: string): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
}

function describeEnd(results: Results): string {
  return results.status === 'failed' ? `The run failed: ${results.failure_reason}` : 'The run was cancelled.';
}

function chooseExitCode(results: Results, report: Report | null, signal: AbortSignal): number {
  if (signal.aborted) return exitCodes.interrupted;
  if (results.status !== 'completed' || report === null) return exitCodes.runFailed;
  if (report.verdict.value !== 'valid') return exitCodes.runInvalid;
  if (report.thresholds.some((threshold) => !threshold.passed)) return exitCodes.thresholdsCrossed;
  return exitCodes.ok;
}
