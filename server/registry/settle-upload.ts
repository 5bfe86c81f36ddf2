import { versionPrefix } from '../../contract/object-keys.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';
import { type Upload, uploadKey } from './upload.ts';

/**
 * Removes what is left of an upload that has ended or was given up, and its note last: artifacts and unfinished
 * uploads of its version to which neither the record nor any other note leads. To be repeated until it succeeds.
 *
 * What is listed had its note before. So when the version, read after the listing and at one moment, knows nothing
 * of a key, then its upload has ended or was given up, and can never be recorded: see `UploadNotes`.
 */
export async function settleUpload(
  { models, artifacts }: { models: ModelStore; artifacts: ArtifactStore },
  upload: Upload,
): Promise<void> {
  const keys = await artifacts.list(versionPrefix(upload.id, upload.version));
  const { record, uploads, replaced } = await models.uploads.readVersion(upload.id, upload.version);
  const others = uploads.filter(({ uploadId }) => uploadId !== upload.uploadId);
  const kept = replaced.map(({ objectKey }) => objectKey);
  const used = new Set([record?.objectKey, ...kept, ...others.map(uploadKey)]);
  for (const key of keys) {
    if (!used.has(key)) await artifacts.remove(key);
  }
  if (others.length < uploads.length) await models.uploads.remove(upload, record !== null);
}
