import type { RunStatus } from '../../contract/run.ts';
import type { RunEnd, RunStore } from './run-store.ts';

/**
 * Ends an active run and frees its place for the next one. False when the run had already ended otherwise: then
 * whoever ended it frees the place, or the next one who looks at the lock.
 */
export async function endRun(runs: RunStore, runId: string, end: RunEnd): Promise<boolean> {
  if (!(await runs.endRun(runId, end))) return false;
  await freePlace(runs, runId, end.status);
  return true;
}

/**
 * What remains to be done after a run has ended; harmless when repeated, however late. A run is counted before its place is
 * freed, so that without the place it has been.
 */
export async function freePlace(runs: RunStore, runId: string, status: RunStatus): Promise<void> {
  const lock = await runs.readLock();
  if (lock?.holder !== runId) return;
  if (status === 'completed') await runs.countCompleted(runId);
  await runs.releaseLock(runId);
}

export function failRun(runs: RunStore, runId: string, reason: string): Promise<boolean> {
  return endRun(runs, runId, { status: 'failed', failure_reason: reason, completed_at: isoNow() });
}

export function cancelledEnd(): RunEnd {
  return { status: 'cancelled', failure_reason: 'Cancelled on request.', completed_at: isoNow() };
}

function isoNow(): string {
  return new Date().toISOString();
}
