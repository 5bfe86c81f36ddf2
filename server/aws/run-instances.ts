import { retentionDays, runItem } from '../../contract/tables.ts';
import { type InstanceTelemetry, instanceTelemetrySchema } from '../../contract/telemetry.ts';
import type { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

/** What the service's instances saw of a run, one item an instance; an older flush never replaces a newer one. */
export function createRunInstances(table: RunsTable) {
  return {
    async writeInstance(runId: string, telemetry: InstanceTelemetry): Promise<void> {
      await table.put(
        {
          run_id: runId,
          item: runItem.instance(telemetry.instance_id),
          ...telemetry,
          expires_at: expiresInDays(retentionDays.run),
        },
        { condition: 'attribute_not_exists(#seq) OR #seq < :seq', values: { ':seq': telemetry.seq } },
      );
    },

    async listInstances(runId: string): Promise<InstanceTelemetry[]> {
      const items = await table.list(runId, runItem.instancePrefix);
      return items.map((item) => instanceTelemetrySchema.parse(item));
    },
  };
}
