import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { reachWithin } from './reach-within.ts';

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
          return Body ? Buffer.from(await Body.transformToByteArray()) : null;
        } catch (error) {
          if (error instanceof Error && error.name === 'NoSuchKey') return null;
          throw error;
        }
      });
    },
  };
}
