import { describeLoss, keepLease, type Lease } from './keep-lease.ts';
import { measureContent } from './measure-content.ts';
import type { ModelRecord } from './model-record.ts';
import type { Publication, PublishRequest, PublishStores } from './publish-request.ts';
import { assertDigest, assertHolder, mayReplace, refuseOtherBytes } from './publish-rules.ts';
import { findOutdated, removeReplaced } from './remove-replaced.ts';
import { settleUpload } from './settle-upload.ts';
import { stopWhen } from './stop-when.ts';
import { startUpload, type Upload, uploadKey } from './upload.ts';

/**
 * Uploads content and records it, over `current` as it was found. The steps, after each of which this process may
 * die: note, artifact, claim of the display id, record, and where something is left to remove, that and its note.
 */
export async function uploadVersion(
  stores: PublishStores,
  request: PublishRequest,
  id: string,
  current: ModelRecord | null,
): Promise<Publication> {
  const upload = startUpload(id, request.version);
  await stores.models.uploads.write(upload);
  const lease = keepLease(stores.models.uploads, upload);
  try {
    const record = await uploadArtifact(stores, request, upload, lease);
    assertHolder(request.modelId, id, await stores.models.claimId(id, request.modelId));
    const publication = await writeRecord(stores, request, { upload, record, current });
    await lease.stop();
    // The record's write has ended its note.
    if (publication.outcome === 'unchanged') await endUpload(stores, upload);
    if (publication.outcome === 'replaced') await endReplaced(stores, upload);
    return publication;
  } catch (error) {
    await lease.stop();
    await endUpload(stores, upload);
    throw error;
  }
}

async function uploadArtifact(
  { artifacts }: PublishStores,
  request: PublishRequest,
  upload: Upload,
  lease: Lease,
): Promise<ModelRecord> {
  const objectKey = uploadKey(upload);
  const measured = measureContent(stopWhen(lease.lost, request.content));
  await artifacts.upload(objectKey, measured.content);
  const { sizeBytes, digest } = measured.measure();
  assertDigest(request, digest);
  return {
    id: upload.id,
    modelId: request.modelId,
    version: request.version,
    sizeBytes,
    digest,
    objectKey,
    publishedAt: new Date().toISOString(),
  };
}

interface Uploaded {
  readonly upload: Upload;
  readonly record: ModelRecord;
  readonly current: ModelRecord | null;
}

async function writeRecord(
  { models }: PublishStores,
  request: PublishRequest,
  { upload, record, current }: Uploaded,
): Promise<Publication> {
  for (let before = current; ; ) {
    request.assertCurrent?.(before);
    if (before?.digest === record.digest) return { outcome: 'unchanged', record: before };
    if (before && !mayReplace(request)) throw refuseOtherBytes(before, request);
    const publication = describeWrite(record, before);
    const isWritten =
      before === null
        ? await models.insert(publication.record, upload)
        : await models.replace(before, publication.record, upload);
    if (isWritten) return publication;
    const { record: after, replaced } = await models.uploads.readVersion(record.id, record.version);
    // A write that was repeated on the way meets itself, or what it wrote was replaced meanwhile.
    if ([after, ...replaced].some((one) => one?.objectKey === record.objectKey)) return publication;
    if (!(await models.uploads.renew(upload))) throw describeLoss(upload);
    before = after;
  }
}

function describeWrite(record: ModelRecord, before: ModelRecord | null): Publication {
  if (before === null) return { outcome: 'published', record };
  return { outcome: 'replaced', record: { ...record, publishedAt: dateAfter(before.publishedAt) } };
}

/**
 * Now, or a second after the publication before where that is later: HTTP's dates know seconds, and publishers' clocks
 * differ, but a client that asks by date must see the change.
 */
function dateAfter(before: string): string {
  return new Date(Math.max(Date.now(), Date.parse(before) + 1_000)).toISOString();
}

/** Whatever becomes of it, the outcome stands; and what it leaves is the next sweep's, for the note says so. */
async function endUpload(stores: PublishStores, upload: Upload): Promise<void> {
  try {
    await stores.models.uploads.giveUp(upload);
    await settleUpload(stores, upload);
  } catch {}
}

/** Likewise. What this replacement left has its time yet; of earlier ones, where nobody sweeps, it may be over. */
async function endReplaced(stores: PublishStores, { id, version }: Upload): Promise<void> {
  try {
    const { replaced } = await stores.models.uploads.readVersion(id, version);
    for (const artifact of findOutdated(replaced, Date.now())) {
      await removeReplaced(stores, artifact).catch(() => {});
    }
  } catch {}
}
