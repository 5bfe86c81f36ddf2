import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelRecord } from '../../registry/model-record.ts';
import { getArtifact } from '../get-artifact.ts';

const test = suite('get artifact');
const part = { 'content-length': 10, 'content-range': 'bytes 0-9/100' };
/** It does not heed If-Match, as not every store that speaks S3 does. */
const heedless = createServer((_, response) => {
  response.writeHead(206, { ...part, etag: '"another"' }).end(Buffer.alloc(10));
});
let s3: S3Client;

test.before(async () => {
  await once(heedless.listen(0, '127.0.0.1'), 'listening');
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(heedless.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    forcePathStyle: true,
  });
});

test.after(() => {
  s3.destroy();
  heedless.close();
});

test('an object that is tagged otherwise than the one that was begun does not go on for it', async () => {
  const record = { objectKey: 'key', sizeBytes: 100 } as ModelRecord;
  const request = { bucket: 'b', record, range: { start: 0, end: 9 } };
  const { signal } = new AbortController();
  const begun = await getArtifact(s3, { ...request, etag: '"another"' }, signal);
  assert.is(begun?.etag, '"another"');
  begun?.body.resume();
  const error = await getArtifact(s3, { ...request, etag: '"begun"' }, signal).catch((fault) => fault);
  assert.instance(error, Error);
  assert.match(error.message, 'went on with an object tagged "another", not "begun"');
});

test.run();
