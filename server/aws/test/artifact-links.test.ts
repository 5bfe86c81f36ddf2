import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import type { ArtifactLinks } from '../../registry/stores.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { createArtifactLinks } from '../artifact-links.ts';

const test = suite('artifact links');
const bytes = randomBytes(100_000);
const options = {
  expiresSeconds: 90,
  contentType: 'application/zip',
  contentDisposition: 'attachment; filename="a b.zip"',
  cacheControl: 'private, no-cache',
};
let registry: RegistryFixture;
let links: ArtifactLinks;
let record: ModelRecord;

test.before(async () => {
  registry = await startRegistry();
  links = createArtifactLinks(registry.clients.s3, registry.stores.modelsBucket);
  ({ record } = await publishModel(registry, { modelId: 'm', version: 'main', content: send(bytes) }));
});

test.after(async () => {
  await registry?.close();
});

test('a plain client without credentials downloads the artifact, and ranges of it', async () => {
  const link = await links.createLink(record, options);
  const whole = await fetch(link);
  assert.is(whole.status, 200);
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes));
  const part = await fetch(link, { headers: { Range: 'bytes=5-9' } });
  assert.is(part.status, 206);
  assert.is(part.headers.get('content-range'), `bytes 5-9/${bytes.length}`);
  assert.equal(Buffer.from(await part.arrayBuffer()), bytes.subarray(5, 10));
});

test('the address carries its expiry and the headers asked for, and nothing that plain clients must answer', async () => {
  const { searchParams } = new URL(await links.createLink(record, options));
  assert.is(searchParams.get('X-Amz-Expires'), '90');
  assert.is(searchParams.get('X-Amz-SignedHeaders'), 'host');
  assert.is(searchParams.get('response-content-type'), options.contentType);
  assert.is(searchParams.get('response-content-disposition'), options.contentDisposition);
  assert.is(searchParams.get('response-cache-control'), options.cacheControl);
  assert.not.ok([...searchParams.keys()].some((name) => /checksum/i.test(name)));
});

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
