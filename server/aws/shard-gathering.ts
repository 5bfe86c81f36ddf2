import { retentionDays, runItem } from '../../contract/tables.ts';
import type { RunsTable } from './runs-table.ts';
import { expiresInDays } from './time-to-live.ts';

/** So many shards note themselves in one item, and as many groups in the next one. */
const groupSize = 32;

/**
 * Tells who comes last, as a combining tree does (Yew, Tzeng and Lawrie 1987): a shard notes itself in the item of its
 * group, and whoever completes a group notes the group one level up. That is one write a shard and one more for every
 * 32, each of a small item; sets make a repeated write harmless.
 */
export function createShardGathering(table: RunsTable) {
  return {
    /**
     * Notes that the share `index` of `of` has come as far as the phase. True for the one that was the last to come; for
     * another one as well only if it repeats its own last note.
     */
    async gather(runId: string, phase: string, { index, of }: { index: number; of: number }): Promise<boolean> {
      let [member, members] = [index, of];
      for (let level = 0; ; level += 1) {
        const group = Math.floor(member / groupSize);
        const isWhole = await note(table, runId, {
          item: runItem.gathering(phase, `${level}#${group}`),
          member,
          members: Math.min(groupSize, members - group * groupSize),
        });
        if (!isWhole || members <= groupSize) return isWhole;
        [member, members] = [group, Math.ceil(members / groupSize)];
      }
    },
  };
}

/** Whether the group is whole with this member. */
async function note(
  table: RunsTable,
  runId: string,
  { item, member, members }: { item: string; member: number; members: number },
): Promise<boolean> {
  const group = await table.update(
    { run_id: runId, item },
    {
      update: 'ADD #members :member SET #expires_at = :expiry',
      values: { ':member': new Set([member]), ':expiry': expiresInDays(retentionDays.run) },
    },
  );
  return group?.members instanceof Set && group.members.size === members;
}
