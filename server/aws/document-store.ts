import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { reachWithin } from './reach-within.ts';
import { loseStore } from './store-error.ts';

/** They are small, at most a few megabytes. */
const callLimitMs = 10_000;

/** Documents and parts of runs in the runs bucket: small enough to be held in memory. */
export function createDocumentStore(s3: S3Client, bucket: string) {
  return {
    async write(key: string, body: Buffer, mediaType: string): Promise<void> {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: mediaType });
      await reachWithin('S3', callLimitMs, (limit) => s3.send(command, limit));
    },

    /** Null when there is no such object. */
    async read(key: string): Promise<Buffer | null> {
      return reachWithin('S3', callLimitMs, async (limit) => {
        try {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), limit);
          return Body ? await collect(Body) : null;
        } catch (error) {
          if (error instanceof NoSuchKey) return null;
          throw error;
        }
      });
    },
  };
}

async function collect(body: { transformToByteArray(): Promise<Uint8Array> }): Promise<Buffer> {
  try {
    return Buffer.from(await body.transformToByteArray());
  } catch (error) {
    throw loseStore('S3', 'broke off a document', error);
  }
}
