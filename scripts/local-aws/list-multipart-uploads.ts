import type { buildApp } from 'fauxqs';

export interface MultipartUpload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: Date;
}

/**
 * Answers `GET /{bucket}?uploads`, which fauxqs takes for a list of objects: whoever cleans up after a dead publisher
 * needs it. One page, by prefix.
 */
export function addMultipartList(
  app: ReturnType<typeof buildApp>,
  uploads: ReadonlyMap<string, MultipartUpload>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { pathname, searchParams } = new URL(request.url, 'http://s3');
    const [, bucket = '', key = ''] = decodeURIComponent(pathname).split('/');
    if (request.method !== 'GET' || key !== '' || !searchParams.has('uploads')) return;
    const prefix = searchParams.get('prefix') ?? '';
    const found = [...uploads.values()].filter(
      (upload) => upload.bucket === bucket && upload.key.startsWith(prefix),
    );
    await reply.type('application/xml').send(renderList(bucket, found));
  });
}

/** Keys and ids of ours have no character that XML would want escaped. */
function renderList(bucket: string, uploads: readonly MultipartUpload[]): string {
  const entries = uploads.map(
    ({ key, uploadId, initiated }) =>
      `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult><Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`;
}
