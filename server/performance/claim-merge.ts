import { isTerminal, type LostShard, type RunRecord } from '../../contract/run.ts';
import type { RunRecords } from './run-store.ts';

/**
 * Makes the merge of a run one's own: the run as it is to be merged, or null when it has ended or somebody else was first.
 * `run` is what was read before it was decided to merge: a merge that had begun by then is taken over, its parts unchanged.
 */
export async function claimMerge(
  runs: Pick<RunRecords, 'finishLoad' | 'takeOverMerge'>,
  run: RunRecord,
  by: number | 'service',
  missing: readonly LostShard[],
): Promise<RunRecord | null> {
  const begun = await runs.finishLoad(run.run_id, new Date().toISOString(), { by, missing });
  if (begun === null || isTerminal(begun.status)) return null;
  if (begun.merged_by === by) return begun;
  if (run.load_finished_at === null) return null;
  await runs.takeOverMerge(run.run_id, by);
  return begun;
}
