import { type RunRecord, type ShardRecord, shardOver } from '../../contract/run.ts';
import type { RunnerState } from '../launcher.ts';
import type { RunShards } from './run-store.ts';

/**
 * Writes down which runners have ended and how, for those who know only what is written: the other runners need not wait
 * for a lease then, and a report says why a part is missing. A single runner's run is ended with it anyway.
 */
export async function endStopped(
  runs: Pick<RunShards, 'endShard'>,
  run: RunRecord,
  shards: readonly ShardRecord[],
  runners: readonly RunnerState[],
): Promise<void> {
  if (run.shards === 1) return;
  const stopped = new Map(runners.flatMap(({ runner, stopped, said }) => (stopped ? [[runner, said]] : [])));
  await Promise.all(
    shards.map(async (shard) => {
      const said = stopped.get(shard.runner);
      if (said === undefined || shard.state === 'failed' || shard.lease_expires_at === shardOver) return;
      await runs.endShard(
        run.run_id,
        shard,
        `in state "${shard.state}", last said "${shard.said}"; its runner ${said}`,
      );
    }),
  );
}
