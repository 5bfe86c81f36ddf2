import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type RunRecord, runRecordSchema } from '../../contract/run.ts';
import { retentionDays, runItem, runKind, runTotals } from '../../contract/tables.ts';
import { active, isActive } from './active-run.ts';
import { createExperimentStore } from './experiment-store.ts';
import { createRunInstances, type InstanceDocuments } from './run-instances.ts';
import { createRunLaunches } from './run-launches.ts';
import { createRunLoad } from './run-load.ts';
import { createRunLock } from './run-lock.ts';
import { createRunShards } from './run-shards.ts';
import { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

interface RunPosition {
  readonly run_id: string;
  readonly started_at: string;
}

/** Runs in DynamoDB: records, lock, shards, progress and telemetry, as the performance domain asks for them. */
export function createRunStore(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  documents: InstanceDocuments,
  { callLimitMs }: { readonly callLimitMs?: number } = {},
) {
  const table = new RunsTable(dynamodb, tableName, callLimitMs);
  return {
    ...createRunRecords(table),
    ...createRunLoad(table),
    ...createRunLock(table),
    ...createExperimentStore(table),
    ...createRunShards(table),
    ...createRunInstances(table, documents),
    ...createRunLaunches(table),
  };
}

function createRunRecords(table: RunsTable) {
  const key = (runId: string) => ({ run_id: runId, item: runItem.run });

  async function readRun(runId: string): Promise<RunRecord | null> {
    const item = await table.get(key(runId));
    return item && runRecordSchema.parse(item);
  }

  return {
    readRun,

    async createRun(run: RunRecord): Promise<void> {
      await table.put(
        {
          ...run,
          ...key(run.run_id),
          kind: runKind,
          shards_claimed: 0,
          expires_at: expiresInDays(retentionDays.run),
        },
        { condition: 'attribute_not_exists(#run_id)' },
      );
    },

    async listRuns(limit: number, position: RunPosition | null) {
      const start = position && { ...position, item: runItem.run, kind: runKind };
      const { items, next } = await table.listByStart(runKind, limit, start);
      const runs = items.map((item) => runRecordSchema.parse(item));
      const last = runs.at(-1);
      return { runs, next: next && last ? { run_id: last.run_id, started_at: last.started_at } : null };
    },

    async requestCancel(runId: string): Promise<boolean> {
      const run = await table.update(key(runId), {
        update: 'SET #cancel_requested = :yes',
        condition: isActive,
        values: { ...active, ':yes': true },
      });
      return run !== null;
    },

    async endRun(runId: string, end: Partial<RunRecord> & { completed_at: string }): Promise<boolean> {
      const fields = Object.keys(end);
      const ended = await table.update(key(runId), {
        update: `SET ${fields.map((field) => `#${field} = :new_${field}`).join(', ')}`,
        condition: isActive,
        values: {
          ...active,
          ...Object.fromEntries(Object.entries(end).map(([field, value]) => [`:new_${field}`, value])),
        },
      });
      if (ended) return true;
      // A write whose answer was lost is repeated by the SDK and then meets itself.
      const run = await readRun(runId);
      return run?.status === end.status && run?.completed_at === end.completed_at;
    },

    async countCompleted(runId: string): Promise<void> {
      await table.update(runTotals, {
        update: 'ADD #completed :one SET #latest_run_id = :run_id',
        condition: 'attribute_not_exists(#latest_run_id) OR #latest_run_id <> :run_id',
        values: { ':one': 1, ':run_id': runId },
      });
    },

    async readTotals(): Promise<{ completed: number; latestCompletedRunId: string | null }> {
      const item = await table.get(runTotals);
      return {
        completed: Number(item?.completed ?? 0),
        latestCompletedRunId: typeof item?.latest_run_id === 'string' ? item.latest_run_id : null,
      };
    },
  };
}
