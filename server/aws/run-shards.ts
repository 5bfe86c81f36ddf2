import {
  type Progress,
  progressSchema,
  type RunRecord,
  runRecordSchema,
  type ShardRecord,
  shardRecordSchema,
} from '../../contract/run.ts';
import { retentionDays, runItem } from '../../contract/tables.ts';
import type { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

/** What the runners of a run write: which shard is whose, its lease, and how far the load is. */
export function createRunShards(table: RunsTable) {
  return {
    async claimShard(runId: string): Promise<number | null> {
      const run = await table.update(
        { run_id: runId, item: runItem.run },
        {
          update: 'ADD #shards_claimed :one',
          condition: '#status = :started AND #cancel_requested = :no AND #shards_claimed < #shards',
          values: { ':one': 1, ':started': 'started', ':no': false },
        },
      );
      return run && Number(run.shards_claimed) - 1;
    },

    async writeShard(runId: string, shard: ShardRecord): Promise<void> {
      await table.put({
        run_id: runId,
        item: runItem.shard(shard.shard),
        ...shard,
        expires_at: expiresInDays(retentionDays.run),
      });
    },

    async listShards(runId: string): Promise<ShardRecord[]> {
      const items = await table.list(runId, runItem.shardPrefix);
      return items.map((item) => shardRecordSchema.parse(item));
    },

    async suspectShard(runId: string, shard: ShardRecord, at: string): Promise<void> {
      await table.update(
        { run_id: runId, item: runItem.shard(shard.shard) },
        {
          update: 'SET #suspected_at = :at',
          condition: '#lease_expires_at = :lease AND #suspected_at = :nobody',
          values: { ':at': at, ':lease': shard.lease_expires_at, ':nobody': null },
        },
      );
    },

    async writeProgress(runId: string, progress: Progress): Promise<void> {
      await table.put({
        run_id: runId,
        item: runItem.progress(Math.floor(progress.elapsed_seconds)),
        ...progress,
        expires_at: expiresInDays(retentionDays.progress),
      });
    },

    async readProgress(runId: string): Promise<Progress | null> {
      const latest = await table.findLast(runId, runItem.progressPrefix);
      return latest && progressSchema.parse(latest);
    },

    async readChanges(
      runId: string,
      afterSecond: number,
    ): Promise<{ run: RunRecord | null; progress: Progress[] }> {
      const items = await table.listBetween(runId, runItem.progress(afterSecond + 1), runItem.run);
      const run = items.find(({ item }) => item === runItem.run);
      return {
        run: run ? runRecordSchema.parse(run) : null,
        progress: items.filter((item) => item !== run).map((item) => progressSchema.parse(item)),
      };
    },
  };
}
