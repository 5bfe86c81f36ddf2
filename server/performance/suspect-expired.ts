import type { RunRecord, ShardRecord } from '../../contract/run.ts';
import type { RunShards } from './run-store.ts';

/** The first look at an expired lease only notes it: perhaps the store was away, not the runner. */
export async function suspectExpired(
  runs: Pick<RunShards, 'suspectShard'>,
  run: Pick<RunRecord, 'run_id'>,
  shards: readonly ShardRecord[],
  now: number,
): Promise<void> {
  const expired = shards.filter(
    (shard) => now > Date.parse(shard.lease_expires_at) && shard.suspected_at === null,
  );
  await Promise.all(expired.map((shard) => runs.suspectShard(run.run_id, shard, new Date(now).toISOString())));
}
