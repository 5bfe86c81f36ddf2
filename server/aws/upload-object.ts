import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { splitIntoParts } from './split-into-parts.ts';
import { type ObjectTarget, uploadInParts } from './upload-in-parts.ts';

/** S3 wants parts of at least 5 MiB and at most 10,000 of them; the embedded S3 takes at most 11 MiB a request. */
const partSizeBytes = 8 * 1024 * 1024;

/**
 * Uploads content of unknown length, in one request when it is short. Few parts are in memory, in buffers that are
 * used again: what the SDK's own Upload leaves to the garbage collector adds up to far more.
 */
export async function uploadObject(
  s3: S3Client,
  target: ObjectTarget,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const parts = splitIntoParts(content, partSizeBytes);
  try {
    const first = await parts.next();
    if (first.done) return;
    if (first.value.isLast) await s3.send(new PutObjectCommand({ ...target, Body: first.value.bytes }));
    else await uploadInParts(s3, target, first.value, parts);
  } finally {
    // An upload that fails leaves its source open.
    await parts.return(undefined);
  }
}
