import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { ArtifactLinks } from '../registry/stores.ts';
import { reachStore } from './store-error.ts';

/**
 * Presigned addresses of artifacts in S3. Made without a question to S3: that the artifact is there is the caller's
 * to know. One that is signed with temporary credentials ends with them, should they expire before it does.
 */
export function createArtifactLinks(s3: S3Client, bucket: string): ArtifactLinks {
  return {
    createLink({ objectKey }, { expiresSeconds, contentType, contentDisposition, cacheControl }) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: objectKey,
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition,
        ResponseCacheControl: cacheControl,
      });
      return reachStore('S3', () => getSignedUrl(s3, command, { expiresIn: expiresSeconds }));
    },
  };
}
