import type { Report } from '../../contract/report.ts';
import type { Results } from '../../contract/results.ts';
import { resultPath, runPagePath } from '../../contract/routes.ts';
import type { Progress } from '../../contract/run.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import { formatCount } from '../report/format.ts';
import { readReport } from '../report/read-report.ts';
import { findLongestSeconds } from '../scenario/find-length.ts';
import { applyWorkload } from '../scenarios/apply-workload.ts';
import { fillWorkload } from '../scenarios/fill-workload.ts';
import { chooseExitCode } from './choose-exit-code.ts';
import { CommandError, UsageError } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { type Output, printRun } from './output.ts';
import { saveDocuments } from './save-documents.ts';
import type { ServiceClient } from './service-client.ts';
import { speakOfFlags } from './workload-flags.ts';

/**
 * Triggers a run, follows it, saves its documents, prints the summary. Returns the exit code. `isOwn` is a service that
 * ends with the command.
 */
export async function runAndReport(
  { client, isOwn }: { readonly client: ServiceClient; readonly isOwn: boolean },
  workload: WorkloadRequest,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { terminal } = output;
  const { run_id } = await client.trigger(workload).catch((error: Error) => {
    throw error instanceof UsageError ? new UsageError(speakOfFlags(error.message), { cause: error }) : error;
  });
  terminal.say(`run       ${run_id}`);
  terminal.say(`page      ${client.locate(runPagePath(run_id))}`);
  const place = isOwn ? null : client.locate(resultPath(run_id));
  const watcher = {
    onStart: () => terminal.show('start     the runner starts and asks a null server what it can do at most'),
    onProgress: (progress: Progress) => terminal.showProgress(progress),
    onSilence: (reason: string) => terminal.show(`waiting   ${reason}`),
  };
  const durationSeconds = findLongestSeconds(applyWorkload(fillWorkload(workload)));
  const results = await followRun(client, { runId: run_id, durationSeconds }, watcher, signal);
  terminal.close();
  const folder = results.status === 'completed' ? output.chooseFolder(run_id) : null;
  const report = folder === null ? null : await fetchReport(client, results, folder);
  printRun(output, results, report, folder);
  if (results.status !== 'completed') terminal.warn(describeEnd(results, place));
  return chooseExitCode(results.status, report, signal.aborted);
}

async function fetchReport(client: ServiceClient, { documents }: Results, folder: string): Promise<Report> {
  const fetched = await Promise.all(
    Object.entries(documents).map(async ([name, path]) => [name, await client.readDocument(path)] as const),
  );
  await saveDocuments(fetched, folder);
  const [, report] = fetched.find(([name]) => name === 'report.json') ?? [];
  if (report === undefined) throw new CommandError('The service gave no report.json among the documents.');
  return readReport(new TextDecoder().decode(report));
}

/** A cancelled or failed run has no report; its service still tells what became of it, as long as there is one. */
function describeEnd({ run_id, status, failure_reason, progress }: Results, place: string | null): string {
  const left =
    place === null
      ? "Its registry was this command's own and is gone with it."
      : `What is known of it: ${place}`;
  if (status === 'failed') return `The run ${run_id} failed: ${failure_reason} ${left}`;
  const sent = progress === null ? 'before its load' : `when ${formatCount(progress.done)} requests had ended`;
  return `The run ${run_id} was cancelled ${sent}; it has no report. ${left}`;
}
