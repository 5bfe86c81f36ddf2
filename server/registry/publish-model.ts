import { randomUUID } from 'node:crypto';
import {
  isModelId,
  isVersion,
  modelIdRule,
  movableVersion,
  sanitizeModelId,
  versionRule,
} from '../../contract/model-id.ts';
import { artifactKey } from '../../contract/object-keys.ts';
import { DomainError } from '../domain-error.ts';
import { measureContent } from './measure-content.ts';
import type { ModelRecord } from './model-record.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';

export interface PublishRequest {
  readonly modelId: string;
  readonly version: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Lets other bytes take the place of a published `main`; other versions never change. */
  readonly replace?: boolean;
}

export interface Publication {
  /** `unchanged`: the same bytes were published before. */
  readonly outcome: 'published' | 'replaced' | 'unchanged';
  readonly record: ModelRecord;
}

/**
 * Publishes a version: the artifact first, its record last and conditional, so that a reader sees the old state or
 * the new one, whenever this process dies.
 * @throws {DomainError} `version_taken` for other bytes, `id_taken` for another model with this sanitized id,
 *   `invalid_parameter`, `stores_unavailable`. What was uploaded for nothing is removed.
 */
export async function publishModel(
  stores: { models: ModelStore; artifacts: ArtifactStore },
  request: PublishRequest,
): Promise<Publication> {
  checkNames(request);
  const { models, artifacts } = stores;
  const record = await uploadArtifact(artifacts, request);
  await claimId(stores, record);
  // Should this fail, the record may have been written all the same: the artifact has to stay.
  const { outcome, other } = await writeRecord(models, record, request.replace ?? false);
  if (outcome === 'published') return { outcome, record };
  if (outcome === 'replaced') {
    await removeQuietly(artifacts, other);
    return { outcome, record };
  }
  await removeQuietly(artifacts, record);
  if (outcome === 'unchanged') return { outcome, record: other };
  throw refuseOtherBytes(other, request.replace ?? false);
}

function checkNames({ modelId, version }: PublishRequest): void {
  const faults = [
    ...(isModelId(modelId) ? [] : [{ field: 'model_id', value: modelId, allowed: modelIdRule }]),
    ...(isVersion(version) ? [] : [{ field: 'version', value: version, allowed: versionRule }]),
  ];
  const [first] = faults;
  if (!first) return;
  throw new DomainError(
    'invalid_parameter',
    `${first.field} is "${first.value.slice(0, 80)}"; allowed: ${first.allowed}.`,
    { faults },
  );
}

async function uploadArtifact(artifacts: ArtifactStore, request: PublishRequest): Promise<ModelRecord> {
  const id = sanitizeModelId(request.modelId);
  const objectKey = artifactKey(id, request.version, randomUUID());
  const measured = measureContent(request.content);
  await artifacts.upload(objectKey, measured.content);
  return {
    id,
    modelId: request.modelId,
    version: request.version,
    ...measured.measure(),
    objectKey,
    publishedAt: new Date().toISOString(),
  };
}

async function claimId(
  { models, artifacts }: { models: ModelStore; artifacts: ArtifactStore },
  record: ModelRecord,
): Promise<void> {
  let holder: string;
  try {
    holder = await models.claimId(record.id, record.modelId);
  } catch (error) {
    await removeQuietly(artifacts, record);
    throw error;
  }
  if (holder === record.modelId) return;
  await removeQuietly(artifacts, record);
  throw new DomainError(
    'id_taken',
    `${record.modelId} would be published as ${record.id}, which belongs to ${holder}; use another id.`,
  );
}

type Written =
  | { readonly outcome: 'published'; readonly other: null }
  | { readonly outcome: 'replaced' | 'unchanged' | 'refused'; readonly other: ModelRecord };

async function writeRecord(models: ModelStore, record: ModelRecord, replace: boolean): Promise<Written> {
  for (;;) {
    if (await models.insert(record)) return { outcome: 'published', other: null };
    const current = await models.find(record.id, record.version);
    // A write that was retried on the way meets itself.
    if (current?.objectKey === record.objectKey) return { outcome: 'published', other: null };
    if (current === null) continue;
    if (current.digest === record.digest) return { outcome: 'unchanged', other: current };
    if (!replace || record.version !== movableVersion) return { outcome: 'refused', other: current };
    if (await models.replace(current, record)) return { outcome: 'replaced', other: current };
  }
}

function refuseOtherBytes({ modelId, version, digest }: ModelRecord, replace: boolean): DomainError {
  const rule = replace
    ? `only ${movableVersion} can be replaced`
    : version === movableVersion
      ? 'ask for a replacement to change it'
      : 'a published version never changes';
  return new DomainError('version_taken', `${modelId}@${version} is published as ${digest}; ${rule}.`);
}

/** Whatever becomes of it, the publication stands: an artifact without a record is waste, not an error. */
async function removeQuietly(artifacts: ArtifactStore, record: ModelRecord): Promise<void> {
  await artifacts.remove(record.objectKey).catch(() => {});
}
