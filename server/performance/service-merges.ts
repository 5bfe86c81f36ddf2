import { setTimeout as sleep } from 'node:timers/promises';
import type { LostShard, RunRecord } from '../../contract/run.ts';
import { failRun } from './end-run.ts';
import { type MergeContext, mergeRun } from './runner/merge-run.ts';
import { RunStopped } from './runner/run-stopped.ts';

/** How long whoever asks about a run waits for its merge, which goes on behind. */
const patienceMs = 2_000;

const by = 'service';

/** Merges, in the service, runs whose runners are all gone: one merge a run at a time, however many ask. */
export function createServiceMerges(context: MergeContext, onError: (error: unknown) => void) {
  const { runs } = context;
  const underWay = new Map<string, Promise<void>>();

  async function merge(run: RunRecord, missing: readonly LostShard[]): Promise<void> {
    try {
      const { run_id, merged_by: from } = run;
      if (!(await runs.takeMerge(run_id, { from, by }))) return;
      const merging = await runs.finishLoad(run_id, new Date().toISOString(), { by, missing });
      if (merging !== null) await mergeRun(context, merging, new AbortController().signal);
    } catch (error) {
      if (error instanceof RunStopped && error.leaving !== 'failed') return;
      onError(error);
      const reason = error instanceof Error ? error.message : String(error);
      await failRun(runs, run.run_id, `The parts could not be merged: ${reason}`).catch(onError);
    }
  }

  return async (run: RunRecord, missing: readonly LostShard[]): Promise<void> => {
    const merging = underWay.get(run.run_id) ?? merge(run, missing).finally(() => underWay.delete(run.run_id));
    underWay.set(run.run_id, merging);
    await Promise.race([merging, sleep(patienceMs, undefined, { ref: false })]);
  };
}
