import { Readable } from 'node:stream';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ArtifactStore } from '../registry/stores.ts';
import { reachStore } from './store-error.ts';

/** S3 wants parts of at least 5 MiB; the embedded S3 takes at most 11 MiB a request. */
const partSizeBytes = 8 * 1024 * 1024;

/** Artifacts in S3, as publishers see them. */
export function createArtifactStore(s3: S3Client, bucket: string): ArtifactStore {
  return {
    async upload(objectKey, content) {
      const upload = new Upload({
        client: s3,
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
      await reachStore('S3', () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKey })));
    },
  };
}
