import { DeleteObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ArtifactStore } from '../registry/stores.ts';
import { reachStore } from './store-error.ts';
import { abortUpload, listUnfinishedUploads } from './upload-leftovers.ts';
import { uploadObject } from './upload-object.ts';

/** Artifacts in S3, as publishers see them. */
export function createArtifactStore(s3: S3Client, bucket: string): ArtifactStore {
  return {
    upload: (objectKey, content) => {
      const target = { Bucket: bucket, Key: objectKey, ContentType: 'application/zip' };
      return reachStore('S3', () => uploadObject(s3, target, content));
    },

    list: (prefix) =>
      reachStore('S3', async () => {
        const keys = (await listUnfinishedUploads(s3, bucket, prefix)).map(({ key }) => key);
        const list = { Bucket: bucket, Prefix: prefix };
        for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, list)) {
          keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
        }
        return [...new Set(keys)];
      }),

    remove: (objectKey) =>
      reachStore('S3', async () => {
        // In this order: what is aborted first cannot become an artifact afterwards.
        for (const unfinished of await listUnfinishedUploads(s3, bucket, objectKey)) {
          await abortUpload(s3, bucket, unfinished);
        }
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKey }));
      }),
  };
}
