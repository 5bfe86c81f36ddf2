import type { RunRecord } from '../../contract/run.ts';
import { DomainError } from '../domain-error.ts';
import { type SettleContext, settleRun } from './settle-run.ts';

/** @throws {DomainError} `run_not_found`. */
export async function readSettledRun(context: SettleContext, runId: string): Promise<RunRecord> {
  const run = await context.runs.readRun(runId);
  if (run === null) throw new DomainError('run_not_found', `There is no run "${runId}".`);
  return settleRun(context, run);
}
