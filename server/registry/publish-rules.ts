import { movableVersion } from '../../contract/model-id.ts';
import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from './model-record.ts';
import type { PublishRequest } from './publish-request.ts';

export function mayReplace({ version, replace = false }: PublishRequest): boolean {
  return replace && version === movableVersion;
}

/** @throws {DomainError} `id_taken`; null is nobody. */
export function assertHolder(modelId: string, id: string, holder: string | null): void {
  if (holder === null || holder === modelId) return;
  throw new DomainError(
    'id_taken',
    `${modelId} would be published as ${id}, which belongs to ${holder}; use another id.`,
  );
}

/** @throws {DomainError} `digest_mismatch`. */
export function assertDigest(request: PublishRequest, digest: string): void {
  if (request.digest === undefined || request.digest === digest) return;
  throw new DomainError(
    'digest_mismatch',
    `The content is ${digest}, but was announced as ${request.digest}; it was changed on its way, or announced wrongly.`,
  );
}

export function refuseOtherBytes(
  { modelId, version, digest }: ModelRecord,
  { replace = false }: PublishRequest,
): DomainError {
  const rule = replace
    ? `only ${movableVersion} can be replaced`
    : version === movableVersion
      ? 'to replace it, add --replace, or over HTTP ?replace=true or If-Match'
      : 'a published version never changes; publish it under another version';
  return new DomainError('version_taken', `${modelId}@${version} is published as ${digest}; ${rule}.`);
}
