import type { ModelRecord } from '../registry/model-record.ts';
import type { ReplacedArtifact } from '../registry/replaced-artifact.ts';
import type { Notes } from '../registry/stores.ts';
import type { UploadNote } from '../registry/upload.ts';

export type Item = Readonly<Record<string, unknown>>;

/** A record as the models table holds it: the version's item, which may have notes beside these. */
type RecordAttributes = Readonly<{
  model_id: string;
  version: string;
  display_id: string;
  size_bytes: number;
  digest: string;
  object_key: string;
  published_at: string;
}>;

export function itemKey(id: string, version: string): { model_id: string; version: string } {
  return { model_id: id, version };
}

/** All of a record but its key. */
export function toAttributes(record: ModelRecord): Omit<RecordAttributes, 'model_id' | 'version'> {
  return {
    display_id: record.modelId,
    size_bytes: record.sizeBytes,
    digest: record.digest,
    object_key: record.objectKey,
    published_at: record.publishedAt,
  };
}

/** Null for what is no record: the claim of a display id, or a version of which there are only uploads. */
export function toRecord(item: Item): ModelRecord | null {
  if (item.object_key === undefined) return null;
  const attributes = item as RecordAttributes;
  return {
    id: attributes.model_id,
    modelId: attributes.display_id,
    version: attributes.version,
    sizeBytes: attributes.size_bytes,
    digest: attributes.digest,
    objectKey: attributes.object_key,
    publishedAt: attributes.published_at,
  };
}

/** The attribute that says when the lease of an upload runs out. */
export function leaseAttribute({ uploadId }: { uploadId: string }): string {
  return `lease#${uploadId}`;
}

/** An element of the set `replaced`: both in one, so that it is added, and removed, by one write. */
export function replacedElement({
  removeAtMs,
  objectKey,
}: Pick<ReplacedArtifact, 'removeAtMs' | 'objectKey'>): string {
  return `${removeAtMs} ${objectKey}`;
}

export function readNotes(item: Item): Notes {
  return { uploads: readUploads(item), replaced: readReplaced(item) };
}

function readUploads(item: Item): UploadNote[] {
  const uploadIds = item.uploads as ReadonlySet<string> | undefined;
  return [...(uploadIds ?? [])].map((uploadId) => ({
    id: String(item.model_id),
    version: String(item.version),
    uploadId,
    leaseExpiresMs: Number(item[leaseAttribute({ uploadId })]),
  }));
}

/** Never the record's own artifact: a process that does not know `replaced` may record again what was noted there. */
function readReplaced(item: Item): ReplacedArtifact[] {
  const elements = item.replaced as ReadonlySet<string> | undefined;
  const replaced = [...(elements ?? [])].map((element) => {
    const [removeAtMs = '', objectKey = ''] = element.split(' ');
    return {
      id: String(item.model_id),
      version: String(item.version),
      objectKey,
      removeAtMs: Number(removeAtMs),
    };
  });
  return replaced.filter(({ objectKey }) => objectKey !== item.object_key);
}
