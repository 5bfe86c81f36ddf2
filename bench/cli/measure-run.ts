import type { Progress } from '../../contract/run.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import type { MeasuredRun } from '../lab/journal.ts';
import { readReport } from '../report/read-report.ts';
import { findLongestSeconds } from '../scenario/find-length.ts';
import { applyWorkload } from '../scenarios/apply-workload.ts';
import { fillWorkload } from '../scenarios/fill-workload.ts';
import { CommandError } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { ServiceClient } from './service-client.ts';

/**
 * Triggers a run as a person would, waits for its end, and reads its report and ledger over HTTP.
 * @throws {CommandError} with the reason when the run did not complete, or the signal came first.
 */
export async function measureRun(
  { url, token }: { readonly url: string; readonly token: string | null },
  workload: WorkloadRequest,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<MeasuredRun> {
  const client = new ServiceClient(url, token);
  const { run_id: runId } = await client.trigger(workload);
  const durationSeconds = findLongestSeconds(applyWorkload(fillWorkload(workload)));
  const watcher = { onProgress, onSilence: () => {} };
  const results = await followRun(client, { runId, durationSeconds }, watcher, signal);
  if (signal.aborted) throw new CommandError('Interrupted: the round in progress is lost.');
  if (results.status !== 'completed') {
    throw new CommandError(`Run ${runId} did not complete: ${results.failure_reason ?? results.status}`);
  }
  const read = async (name: string) => {
    const path = results.documents[name];
    if (path === undefined) throw new CommandError(`Run ${runId} has no ${name}.`);
    return client.readDocument(path);
  };
  const reportText = new TextDecoder().decode(await read('report.json'));
  return { report: readReport(reportText), reportText, ledger: await read('ledger.json.gz') };
}
