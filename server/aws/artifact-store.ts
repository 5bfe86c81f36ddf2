import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactStore, ByteRange } from '../registry/stores.ts';
import type { AwsClients } from './clients.ts';
import { failWhenSilent } from './fail-when-silent.ts';
import { reachStore } from './store-error.ts';

/** S3 wants parts of at least 5 MiB; the embedded S3 takes at most 11 MiB a request. */
const partSizeBytes = 8 * 1024 * 1024;

export interface ArtifactStoreOptions {
  readonly bucket: string;
  /** How long S3 may send nothing of a body that its reader waits for. */
  readonly silenceMs?: number;
}

/** Artifacts in S3. Downloads use `clients.delivery` alone, so that nothing else takes from its connections. */
export function createArtifactStore(
  clients: Pick<AwsClients, 's3' | 'delivery'>,
  { bucket, silenceMs = 30_000 }: ArtifactStoreOptions,
): ArtifactStore {
  return {
    async open(record, range, signal) {
      const body = await reachStore('S3', () => getObject(clients, bucket, record, range, signal));
      if (body) failWhenSilent(body, silenceMs);
      return body;
    },

    async upload(objectKey, content) {
      const upload = new Upload({
        client: clients.s3,
        params: {
          Bucket: bucket,
          Key: objectKey,
          Body: Readable.from(content),
          ContentType: 'application/zip',
        },
        partSize: partSizeBytes,
        queueSize: 2,
      });
      await reachStore('S3', () => upload.done());
    },

    async remove(objectKey) {
      await reachStore('S3', () =>
        clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKey })),
      );
    },
  };
}

async function getObject(
  { delivery }: Pick<AwsClients, 'delivery'>,
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
    const { Body, ContentLength } = await delivery.send(command, { abortSignal: signal });
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
