import { applyWorkload } from '../../bench/index.ts';
import type { LostShard, RunRecord } from '../../contract/run.ts';
import { hardDeadline } from './hard-deadline.ts';
import type { RunRecords } from './run-store.ts';

/** How often a runner that waits for the others looks at its run: at most 200 looks a second in all. */
export function findPollMs(shards: number): number {
  return Math.max(250, 5 * shards);
}

/**
 * Lets the load begin, for all runners at once: so far ahead that each of them has heard of it by then. A single runner
 * begins now. False when the run is not waiting any more.
 */
export async function releaseLoad(
  runs: Pick<RunRecords, 'startLoad'>,
  run: RunRecord,
  absent: readonly LostShard[],
): Promise<boolean> {
  const startMs = Date.now() + (run.shards === 1 ? 0 : 1_000 + 2 * findPollMs(run.shards));
  return runs.startLoad(run.run_id, {
    hardDeadline: hardDeadline(startMs, applyWorkload(run.workload)),
    startsAt: new Date(startMs).toISOString(),
    absent,
  });
}
