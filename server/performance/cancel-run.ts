import type { RunRecord } from '../../contract/run.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';
import { readSettledRun } from './read-run.ts';
import { settleRun } from './settle-run.ts';

/**
 * Asks a run to end; its runner does so within a heartbeat, and without a runner it ends here. May be repeated.
 * @throws {DomainError} `run_not_found`; `run_finished` when the run completed or failed before.
 */
export async function cancelRun(context: PerformanceContext, runId: string): Promise<RunRecord> {
  const run = await readSettledRun(context, runId);
  if (run.status === 'cancelled') return run;
  if (await context.runs.requestCancel(runId)) return settleRun(context, { ...run, cancel_requested: true });
  const ended = await readSettledRun(context, runId);
  if (ended.status === 'cancelled') return ended;
  throw new DomainError('run_finished', `Run ${runId} is ${ended.status} and cannot be cancelled any more.`);
}
