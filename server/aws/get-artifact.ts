import type { IncomingMessage } from 'node:http';
import { GetObjectCommand, type GetObjectCommandOutput, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { ModelRecord } from '../registry/model-record.ts';
import { countBytes } from '../registry/read-range.ts';
import type { ByteRange } from '../registry/stores.ts';
import { reachStore } from './store-error.ts';

export interface ArtifactRequest {
  readonly bucket: string;
  readonly record: ModelRecord;
  readonly range: ByteRange;
  /** S3's own tag of the object that bytes were read from before: no other may go on for it. */
  readonly etag?: string | undefined;
}

export interface ArtifactAnswer {
  /** Node ends it in error when it falls short of its announced length, which is the one asked for. */
  readonly body: IncomingMessage;
  readonly etag: string | undefined;
}

/**
 * One GET of an artifact's bytes. Null when there is no such object.
 * @throws when S3 answers with other bytes than those asked for, or as `reachStore`.
 */
export async function getArtifact(
  s3: S3Client,
  { bucket, record, range, etag }: ArtifactRequest,
  abortSignal: AbortSignal,
): Promise<ArtifactAnswer | null> {
  const isWhole = isWholeArtifact(record, range);
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: record.objectKey,
    ...(isWhole ? {} : { Range: `bytes=${range.start}-${range.end}` }),
    ...(etag === undefined ? {} : { IfMatch: etag }),
  });
  try {
    const answer = await reachStore('S3', () => s3.send(command, { abortSignal }));
    const body = answer.Body as IncomingMessage;
    const fault = findFault(answer, record, range, etag);
    if (fault === null) return { body, etag: answer.ETag };
    body.destroy();
    throw new Error(`S3 ${fault} for ${record.objectKey}.`);
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
    throw new Error(`${record.objectKey} was replaced while it was read.`, { cause: error });
  }
}

export function isWholeArtifact({ sizeBytes }: ModelRecord, { start, end }: ByteRange): boolean {
  return start === 0 && end === sizeBytes - 1;
}

function findFault(
  { ContentLength, ContentRange, ETag, $metadata }: GetObjectCommandOutput,
  record: ModelRecord,
  range: ByteRange,
  etag: string | undefined,
): string | null {
  const { start, end } = range;
  const isWhole = isWholeArtifact(record, range);
  const lengthBytes = countBytes(record, range);
  const contentRange = isWhole ? undefined : `bytes ${start}-${end}/${record.sizeBytes}`;
  if ($metadata.httpStatusCode !== (isWhole ? 200 : 206)) {
    return `answered ${$metadata.httpStatusCode}, not ${isWhole ? 200 : 206},`;
  }
  if (ContentRange !== contentRange) return `answered the range ${ContentRange}, not ${contentRange},`;
  if (ContentLength !== lengthBytes) return `announced ${ContentLength} bytes, not ${lengthBytes},`;
  if (etag !== undefined && ETag !== etag) return `went on with an object tagged ${ETag}, not ${etag},`;
  return null;
}
