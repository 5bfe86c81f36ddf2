import type { ModelRecord } from '../registry/model-record.ts';

/** A record as the models table holds it. */
export type ModelItem = Readonly<{
  model_id: string;
  version: string;
  display_id: string;
  size_bytes: number;
  digest: string;
  object_key: string;
  published_at: string;
}>;

export function toItem(record: ModelRecord): ModelItem {
  return {
    model_id: record.id,
    version: record.version,
    display_id: record.modelId,
    size_bytes: record.sizeBytes,
    digest: record.digest,
    object_key: record.objectKey,
    published_at: record.publishedAt,
  };
}

export function toRecord(item: ModelItem): ModelRecord {
  return {
    id: item.model_id,
    modelId: item.display_id,
    version: item.version,
    sizeBytes: item.size_bytes,
    digest: item.digest,
    objectKey: item.object_key,
    publishedAt: item.published_at,
  };
}
