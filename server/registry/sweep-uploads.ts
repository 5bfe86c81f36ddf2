import { versionPrefix } from '../../contract/object-keys.ts';
import { findOutdated, removeReplaced } from './remove-replaced.ts';
import { settleUpload } from './settle-upload.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';
import type { UploadNote } from './upload.ts';

interface Stores {
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
}

/**
 * Ends what is over at `nowMs`: uploads whose publishers died, for their leases ran out, and the time of artifacts that
 * were replaced. Any number of sweeps may run at once, beside publishers that live. Returns how many it ended; throws
 * the first error after it has tried all.
 */
export async function sweepUploads(stores: Stores, nowMs: number = Date.now()): Promise<number> {
  const { uploads, replaced } = await stores.models.uploads.list();
  const dead = uploads.filter(({ leaseExpiresMs }) => leaseExpiresMs <= nowMs);
  const versions = Map.groupBy(replaced, ({ id, version }) => versionPrefix(id, version));
  const outdated = [...versions.values()].flatMap((ofVersion) => findOutdated(ofVersion, nowMs));
  const acts = [
    ...dead.map((note) => () => endUpload(stores, note)),
    ...outdated.map((artifact) => () => removeReplaced(stores, artifact).then(() => true)),
  ];
  const errors: unknown[] = [];
  let ended = 0;
  for (const act of acts) {
    try {
      if (await act()) ended += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return ended;
}

/** False when its publisher lives. */
async function endUpload(stores: Stores, note: UploadNote): Promise<boolean> {
  if (!(await stores.models.uploads.giveUp(note, note.leaseExpiresMs))) return false;
  await settleUpload(stores, note);
  return true;
}
