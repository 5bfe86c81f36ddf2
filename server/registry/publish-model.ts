import { isModelId, isVersion, modelIdRule, sanitizeModelId, versionRule } from '../../contract/model-id.ts';
import { DomainError } from '../domain-error.ts';
import { measureContent } from './measure-content.ts';
import type { ModelRecord } from './model-record.ts';
import type { Publication, PublishRequest, PublishStores } from './publish-request.ts';
import { assertDigest, assertHolder, mayReplace, refuseOtherBytes } from './publish-rules.ts';
import { uploadVersion } from './upload-version.ts';

export type { Publication, PublishRequest } from './publish-request.ts';

/**
 * Publishes a version: the artifact first, its record last and conditional, so that a reader sees the old state or
 * the new one, whenever this process dies. What a dead one leaves is noted, and removed by `sweepUploads`.
 * @throws {DomainError} `version_taken` for other bytes, `id_taken` for another model with this sanitized id,
 *   `digest_mismatch`, `invalid_parameter`, `stores_unavailable`. What was uploaded for nothing is removed.
 */
export async function publishModel(stores: PublishStores, request: PublishRequest): Promise<Publication> {
  checkNames(request);
  const { models } = stores;
  const id = sanitizeModelId(request.modelId);
  const current = await models.find(id, request.version);
  assertHolder(request.modelId, id, current ? current.modelId : await models.findHolder(id));
  request.assertCurrent?.(current);
  if (current && (!mayReplace(request) || request.digest === current.digest)) {
    return comparePublished(current, request);
  }
  return uploadVersion(stores, request, id, current);
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

/** Nothing can come of the content but a comparison, so none of it is stored. */
async function comparePublished(current: ModelRecord, request: PublishRequest): Promise<Publication> {
  if (request.digest !== undefined && request.digest !== current.digest) {
    throw refuseOtherBytes(current, request);
  }
  const measured = measureContent(request.content);
  for await (const _ of measured.content);
  const { digest } = measured.measure();
  assertDigest(request, digest);
  if (digest !== current.digest) throw refuseOtherBytes(current, request);
  return { outcome: 'unchanged', record: current };
}
