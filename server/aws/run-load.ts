import {
  type Activity,
  isTerminal,
  type LostShard,
  type RunRecord,
  runRecordSchema,
} from '../../contract/run.ts';
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

interface Takeover {
  readonly from: RunRecord['merged_by'];
  readonly by: RunRecord['merged_by'];
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

    async noteActivity(runId: string, activity: Activity): Promise<void> {
      await table.update(key(runId), {
        update: 'SET #activity = :activity',
        condition: isActive,
        values: { ...active, ':activity': activity },
      });
    },

    async takeMerge(runId: string, { from, by }: Takeover): Promise<boolean> {
      const taken = await table.update(key(runId), {
        update: 'SET #merged_by = :by',
        condition: `${isActive} AND #merged_by = :from`,
        values: { ...active, ':by': by, ':from': from },
      });
      // A write whose answer was lost is repeated by the SDK and then meets itself.
      return taken !== null || (await readOwn(table, runId, by)) !== null;
    },

    async finishLoad(runId: string, finishedAt: string, { by, missing } = unmerged): Promise<RunRecord | null> {
      const finished = await table.update(key(runId), {
        update: 'SET #load_finished_at = :at, #missing_shards = :missing',
        condition: `${isActive} AND #load_finished_at = :nothing AND #merged_by = :by`,
        values: { ...active, ':nothing': null, ':at': finishedAt, ':missing': [...missing], ':by': by },
      });
      return finished ? runRecordSchema.parse(finished) : await readOwn(table, runId, by);
    },
  };
}

/** Null when the run has ended, or its merge is somebody else's. */
async function readOwn(table: RunsTable, runId: string, by: RunRecord['merged_by']): Promise<RunRecord | null> {
  const item = await table.get({ run_id: runId, item: runItem.run });
  const run = item && runRecordSchema.parse(item);
  return run === null || isTerminal(run.status) || run.merged_by !== by ? null : run;
}
