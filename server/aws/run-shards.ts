import {
  findLeaseMs,
  type Progress,
  progressSchema,
  type RunRecord,
  runRecordSchema,
  type ShardRecord,
  shardOver,
  shardRecordSchema,
} from '../../contract/run.ts';
import { retentionDays, runItem } from '../../contract/tables.ts';
import type { RunsTable } from './runs-table.ts';
import { createShardGathering } from './shard-gathering.ts';
import { expiresInDays } from './time-to-live.ts';

interface Place {
  readonly shard: number;
  readonly of: number;
}

/** What the runners of a run write: which shard is whose, its lease, and how far the load is. */
export function createRunShards(table: RunsTable) {
  const describeItem = (runId: string, shard: ShardRecord) => ({
    run_id: runId,
    item: runItem.shard(shard.shard),
    ...shard,
    expires_at: expiresInDays(retentionDays.run),
  });

  async function listShards(runId: string): Promise<ShardRecord[]> {
    const items = await table.list(runId, runItem.shardPrefix);
    return items.map((item) => shardRecordSchema.parse(item));
  }

  /** The next number, which nobody else gets; null when there is none, or the run takes no runner any more. */
  async function countUp(runId: string): Promise<Place | null> {
    const run = await table.update(
      { run_id: runId, item: runItem.run },
      {
        update: 'ADD #shards_claimed :one',
        condition: '#status = :started AND #cancel_requested = :no AND #shards_claimed < #shards',
        values: { ':one': 1, ':started': 'started', ':no': false },
      },
    );
    return run && { shard: Number(run.shards_claimed) - 1, of: Number(run.shards) };
  }

  /** Whether the shard is the runner's: a number that was counted twice, its answer being lost, is taken once. */
  async function take(runId: string, { shard, of }: Place, runner: string): Promise<boolean> {
    const record: ShardRecord = {
      shard,
      state: 'claimed',
      runner,
      said: 'claimed its shard',
      progress: null,
      lease_expires_at: new Date(Date.now() + findLeaseMs(of)).toISOString(),
      suspected_at: null,
    };
    const isTaken = await table.put(describeItem(runId, record), { condition: 'attribute_not_exists(#item)' });
    if (isTaken) return true;
    const present = await table.get({ run_id: runId, item: runItem.shard(shard) });
    return present?.runner === runner;
  }

  /** A number whose counting succeeded without anyone hearing of it. */
  async function findUnclaimed(runId: string): Promise<Place | null> {
    const run = await table.get({ run_id: runId, item: runItem.run });
    if (run?.status !== 'started' || run.cancel_requested !== false) return null;
    const claimed = new Set((await listShards(runId)).map(({ shard }) => shard));
    const of = Number(run.shards);
    for (let shard = 0; shard < of; shard += 1) if (!claimed.has(shard)) return { shard, of };
    return null;
  }

  return {
    ...createShardGathering(table),
    listShards,

    async claimShard(runId: string, runner: string): Promise<number | null> {
      for (;;) {
        const place = (await countUp(runId)) ?? (await findUnclaimed(runId));
        if (place === null) return null;
        if (await take(runId, place, runner)) return place.shard;
      }
    },

    async writeShard(runId: string, shard: ShardRecord): Promise<void> {
      await table.put(describeItem(runId, shard));
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

    async endShard(runId: string, shard: ShardRecord, said: string): Promise<void> {
      await table.update(
        { run_id: runId, item: runItem.shard(shard.shard) },
        {
          update: 'SET #state = :state, #said = :said, #lease_expires_at = :over',
          condition: '#lease_expires_at = :lease',
          values: {
            ':state': shard.state === 'done' ? 'done' : 'failed',
            ':said': said,
            ':over': shardOver,
            ':lease': shard.lease_expires_at,
          },
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
