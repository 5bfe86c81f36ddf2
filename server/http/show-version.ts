import type { ModelVersion } from '../../contract/models.ts';
import { downloadPath } from '../../contract/routes.ts';
import type { ModelRecord } from '../registry/model-record.ts';

/** A record as clients see it; where its object lies is nobody's business. */
export function showVersion(record: ModelRecord): ModelVersion {
  return {
    model_id: record.modelId,
    id: record.id,
    version: record.version,
    size_bytes: record.sizeBytes,
    digest: record.digest,
    published_at: record.publishedAt,
    download: downloadPath(record.id, record.version),
  };
}
