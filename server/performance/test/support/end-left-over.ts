import { failRun } from '../../end-run.ts';
import type { RunStore } from '../../run-store.ts';

/** Ends the run that a test left, so that the next one does not fail with it. */
export async function endLeftOver(runs: RunStore): Promise<void> {
  const lock = await runs.readLock();
  if (lock) await failRun(runs, lock.holder, 'The test is over.');
}
