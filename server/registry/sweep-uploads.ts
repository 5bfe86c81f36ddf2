import { settleUpload } from './settle-upload.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';

/**
 * Ends uploads whose publishers died: those whose lease has run out at `nowMs`. Any number of sweeps may run at once,
 * beside publishers that live. Returns how many it ended; throws the first error after it has tried all.
 */
export async function sweepUploads(
  stores: { models: ModelStore; artifacts: ArtifactStore },
  nowMs: number = Date.now(),
): Promise<number> {
  const { uploads } = stores.models;
  const notes = await uploads.list();
  const errors: unknown[] = [];
  let ended = 0;
  for (const note of notes.filter(({ leaseExpiresMs }) => leaseExpiresMs <= nowMs)) {
    try {
      if (!(await uploads.giveUp(note, note.leaseExpiresMs))) continue;
      await settleUpload(stores, note);
      ended += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return ended;
}
