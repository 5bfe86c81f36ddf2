import { z } from 'zod';
import { activeRunLock, retentionDays } from '../../contract/tables.ts';
import type { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

const lockSchema = z.object({ holder: z.string(), confirmed: z.boolean(), claim_expires_at: z.string() });
type Lock = z.infer<typeof lockSchema>;

const isHolder = '#holder = :run_id';

/** The lock that lets one run at a time be active: one item, changed by conditional writes alone. */
export function createRunLock(table: RunsTable) {
  async function readLock(): Promise<Lock | null> {
    const item = await table.get(activeRunLock);
    return item && lockSchema.parse(item);
  }

  return {
    readLock,

    async takeLock(runId: string, claimExpiresAt: string): Promise<Lock | null> {
      for (;;) {
        const lock: Lock = { holder: runId, confirmed: false, claim_expires_at: claimExpiresAt };
        const taken = await table.put(
          { ...activeRunLock, ...lock, expires_at: expiresInDays(retentionDays.run) },
          { condition: 'attribute_not_exists(#holder)' },
        );
        if (taken) return null;
        const present = await readLock();
        // A write whose answer was lost is repeated by the SDK and then meets itself.
        if (present?.holder === runId) return null;
        if (present) return present;
      }
    },

    async confirmLock(runId: string): Promise<boolean> {
      const lock = await table.update(activeRunLock, {
        update: 'SET #confirmed = :yes',
        condition: isHolder,
        values: { ':yes': true, ':run_id': runId },
      });
      return lock !== null;
    },

    async releaseLock(runId: string): Promise<void> {
      await table.delete(activeRunLock, { condition: isHolder, values: { ':run_id': runId } });
    },

    async dropClaim(runId: string): Promise<void> {
      await table.delete(activeRunLock, {
        condition: `${isHolder} AND #confirmed = :no`,
        values: { ':run_id': runId, ':no': false },
      });
    },
  };
}
