import type { Activity } from '../../../contract/run.ts';
import type { RunStore } from '../run-store.ts';

/** The first of the runners says what a run is at. For those who watch, so that what cannot be written is skipped. */
export async function tellActivity(
  runs: Pick<RunStore, 'noteActivity'>,
  runId: string,
  index: number,
  activity: Activity,
): Promise<void> {
  if (index === 0) await runs.noteActivity(runId, activity).catch(() => {});
}
