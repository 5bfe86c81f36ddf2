import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../contract/report.ts';
import type { Results } from '../../contract/results.ts';
import type { Progress } from '../../contract/run.ts';
import type { Workload } from '../../contract/workload.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import { chooseExitCode } from './choose-exit-code.ts';
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
  const results = await followRun(
    client,
    { runId: run_id, durationSeconds: workload.duration_seconds },
    watcher,
    signal,
  );
  terminal.close();
  if (output.json) output.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

  const folder =
    results.status === 'completed' ? await saveDocuments(client, results, output.reportsFolder) : null;
  const report = folder === null ? null : await readReport(folder);
  if (report && !output.json)
    output.stdout.write(`\n${renderTerminalSummary(report, { color: output.color })}\n`);
  if (folder !== null) terminal.say(`  report      ${join(folder, 'report.md')}`);
  if (results.status !== 'completed') terminal.say(describeEnd(results));
  return chooseExitCode(results.status, report, signal.aborted);
}

async function readReport(folder: string): Promise<Report> {
  return reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
}

function describeEnd(results: Results): string {
  return results.status === 'failed' ? `The run failed: ${results.failure_reason}` : 'The run was cancelled.';
}
