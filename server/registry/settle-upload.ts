import { versionPrefix } from '../../contract/object-keys.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';
import { type Upload, uploadKey } from './upload.ts';

/**
 * Removes what is left of an upload that has ended or was given up, and its note last: artifacts and unfinished
 * uploads of its version to which neither the record nor another note leads. To be repeated until it succeeds.
 *
 * What is listed had its note before. So when the version, read after the listing and at one moment, knows nothing
 * of a key, then its upload has ended or was given up, and can never be recorded: see `UploadNotes`. A replacement
 * that comes between leaves the artifact it replaces to this note: so the note goes only with the record that was read.
 */
export async function settleUpload(
  { models, artifacts }: { models: ModelStore; artifacts: ArtifactStore },
  upload: Upload,
): Promise<void> {
  for (let isSettled = false; !isSettled; ) {
    const keys = await artifacts.list(versionPrefix(upload.id, upload.version));
    const { record, uploads } = await models.uploads.readVersion(upload.id, upload.version);
    const others = uploads.filter(({ uploadId }) => uploadId !== upload.uploadId);
    const used = new Set([record?.objectKey, ...others.map(uploadKey)]);
    for (const key of keys) {
      if (!used.has(key)) await artifacts.remove(key);
    }
    isSettled = others.length === uploads.length || (await models.uploads.remove(upload, record));
  }
}
