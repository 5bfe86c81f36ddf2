import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Part } from './split-into-parts.ts';

/** What an object is to be. */
export interface ObjectTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

const partsAtOnce = 2;

/** A multipart upload. One that fails is aborted when no part of it is on its way any more. */
export async function uploadInParts(
  s3: S3Client,
  { ContentType, ...key }: ObjectTarget,
  first: Part,
  others: AsyncIterator<Part, undefined>,
): Promise<void> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...key, ContentType }));
  const etags: (string | undefined)[] = [];
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();

  async function send(part: Part, index: number): Promise<void> {
    try {
      const command = new UploadPartCommand({ ...key, UploadId, PartNumber: index + 1, Body: part.bytes });
      etags[index] = (await s3.send(command)).ETag;
    } catch (error) {
      failures.push(error);
    }
    part.release();
  }

  try {
    let index = 0;
    for (let part: Part | undefined = first; part; part = (await others.next()).value) {
      const sending = send(part, index).then(() => {
        underWay.delete(sending);
      });
      underWay.add(sending);
      index += 1;
      if (underWay.size > partsAtOnce) await Promise.race(underWay);
      if (failures.length > 0) break;
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
    const Parts = etags.map((ETag, position) => ({ ETag, PartNumber: position + 1 }));
    await s3.send(new CompleteMultipartUploadCommand({ ...key, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await Promise.all(underWay);
    // Who cannot abort now leaves it to the next sweep; the first failure says more.
    await s3.send(new AbortMultipartUploadCommand({ ...key, UploadId })).catch(() => {});
    throw error;
  }
}
