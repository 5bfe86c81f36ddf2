import type { IncomingMessage } from 'node:http';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactReader, ByteRange } from '../registry/stores.ts';
import { failWhenSilent } from './fail-when-silent.ts';
import { reachStore } from './store-error.ts';

export interface ArtifactReaderOptions {
  readonly bucket: string;
  /** How long S3 may send nothing of a body that its reader waits for. */
  readonly silenceMs?: number;
}

/** Artifacts on their way from S3, by a client of their own, so that nothing else takes from its connections. */
export function createArtifactReader(
  s3: S3Client,
  { bucket, silenceMs = 30_000 }: ArtifactReaderOptions,
): ArtifactReader {
  return {
    async open(record, range, signal) {
      const body = await reachStore('S3', () => getObject(s3, bucket, record, range, signal));
      if (body) failWhenSilent(body, silenceMs);
      return body;
    },
  };
}

async function getObject(
  s3: S3Client,
  bucket: string,
  { objectKey, sizeBytes }: ModelRecord,
  range: ByteRange | null,
  signal: AbortSignal,
): Promise<IncomingMessage | null> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: objectKey,
    ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
  });
  try {
    const { Body, ContentLength } = await s3.send(command, { abortSignal: signal });
    const body = Body as IncomingMessage;
    const expectedBytes = range ? range.end - range.start + 1 : sizeBytes;
    // Node ends a body in error when it falls short of its announced length: so only the announcement is checked.
    if (ContentLength === expectedBytes) return body;
    body.destroy();
    throw new Error(`S3 announced ${ContentLength} bytes of ${objectKey}; its record says ${expectedBytes}.`);
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}
