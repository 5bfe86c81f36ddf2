import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  NoSuchUpload,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A multipart upload that was neither completed nor aborted: S3 keeps, and bills, its parts until it is. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly multipartId: string;
}

export async function listUnfinishedUploads(
  s3: S3Client,
  bucket: string,
  prefix: string,
): Promise<readonly UnfinishedUpload[]> {
  const unfinished: UnfinishedUpload[] = [];
  let page: Partial<ListMultipartUploadsCommandOutput> = {};
  do {
    page = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: page.NextKeyMarker,
        UploadIdMarker: page.NextUploadIdMarker,
      }),
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key?.startsWith(prefix) && UploadId) unfinished.push({ key: Key, multipartId: UploadId });
    }
  } while (page.IsTruncated && page.NextKeyMarker);
  return unfinished;
}

/** No error when the upload ended meanwhile. */
export async function abortUpload(
  s3: S3Client,
  bucket: string,
  { key, multipartId }: UnfinishedUpload,
): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: multipartId }));
  } catch (error) {
    if (!(error instanceof NoSuchUpload)) throw error;
  }
}
