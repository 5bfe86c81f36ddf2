import { type LostShard, type RunRecord, runRecordSchema } from '../../contract/run.ts';
import { runItem } from '../../contract/tables.ts';
import { active, isActive } from './active-run.ts';
import type { RunsTable } from './runs-table.ts';

interface LoadStart {
  readonly hardDeadline: string;
  readonly startsAt: string;
  readonly absent: readonly LostShard[];
}

interface MergeStart {
  readonly by: RunRecord['merged_by'];
  readonly missing: readonly LostShard[];
}

const unmerged: MergeStart = { by: null, missing: [] };

/** The steps of a run between its launch and its end, each a conditional write of its record. */
export function createRunLoad(table: RunsTable) {
  const key = (runId: string) => ({ run_id: runId, item: runItem.run });

  return {
    async noteLaunched(runId: string, at: string): Promise<void> {
      await table.update(key(runId), {
        update: 'SET #launched_at = :at',
        condition: isActive,
        values: { ...active, ':at': at },
      });
    },

    async startLoad(runId: string, { hardDeadline, startsAt, absent }: LoadStart): Promise<boolean> {
      const run = await table.update(key(runId), {
        update:
          'SET #status = :running, #hard_deadline = :deadline, #load_starts_at = :at, #absent_shards = :absent',
        condition: '#status = :started',
        values: { ...active, ':deadline': hardDeadline, ':at': startsAt, ':absent': [...absent] },
      });
      return run !== null;
    },

    async finishLoad(runId: string, finishedAt: string, { by, missing } = unmerged): Promise<RunRecord | null> {
      const begun = await table.update(key(runId), {
        update: 'SET #load_finished_at = :at, #missing_shards = :missing, #merged_by = :by',
        condition: `${isActive} AND #load_finished_at = :nothing`,
        values: { ...active, ':nothing': null, ':at': finishedAt, ':missing': [...missing], ':by': by },
      });
      const run = begun ?? (await table.get(key(runId)));
      return run && runRecordSchema.parse(run);
    },

    async takeOverMerge(runId: string, by: RunRecord['merged_by']): Promise<void> {
      await table.update(key(runId), {
        update: 'SET #merged_by = :by',
        condition: isActive,
        values: { ...active, ':by': by },
      });
    },
  };
}
