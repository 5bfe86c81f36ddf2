import { z } from 'zod';
import { retentionDays, runItem } from '../../contract/tables.ts';
import type { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

const launchSchema = z.object({
  batch: z.int(),
  /** How many tasks the batch is to have. */
  asked: z.int(),
  task_arns: z.array(z.string()),
  /** How many calls were answered: part of the token of the next one, so that a call whose answer was lost repeats. */
  answers: z.int(),
  /** Why the rest was not launched, as the last answer said; null when nothing is missing. */
  shortfall: z.string().nullable(),
  /** When its last tasks were launched. */
  launched_at: z.iso.datetime(),
});
export type LaunchRecord = z.infer<typeof launchSchema>;

/** The tasks that were launched for a run, an item a batch: so that another service knows them, too. */
export function createRunLaunches(table: RunsTable) {
  return {
    async writeLaunch(runId: string, launch: LaunchRecord): Promise<void> {
      const item = runItem.launch(launch.batch);
      await table.put({ run_id: runId, item, ...launch, expires_at: expiresInDays(retentionDays.run) });
    },

    async listLaunches(runId: string): Promise<LaunchRecord[]> {
      const items = await table.list(runId, runItem.launchPrefix);
      return items.map((item) => launchSchema.parse(item));
    },
  };
}

export type RunLaunches = ReturnType<typeof createRunLaunches>;
