import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DomainError } from '../../domain-error.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { openTestAws, type TestAws } from '../../test/open-test-aws.ts';
import { createArtifactStore } from '../artifact-store.ts';
import { createBlockingArtifactReader } from '../blocking-artifact-reader.ts';
import { type AwsClients, createAwsClients } from '../clients.ts';
import { ensureStores } from '../create-stores.ts';
import { createModelStore } from '../model-store.ts';

const test = suite('blocking artifact reader');
const bytes = randomBytes(3 * 1024 * 1024);
const name = `blocking-${randomUUID()}`;
const options = { bucket: `${name}-m`, s3MaxSockets: 1 };
let aws: TestAws;
let clients: AwsClients;
let record: ModelRecord;

test.before(async () => {
  aws = await openTestAws();
  Object.assign(process.env, aws.env);
  clients = createAwsClients();
  const tables = { modelsTable: `${name}-m`, runsTable: `${name}-r` };
  await ensureStores(clients, { ...tables, modelsBucket: options.bucket, runsBucket: `${name}-r` });
  const stores = {
    models: createModelStore(clients.dynamodb, tables.modelsTable),
    artifacts: createArtifactStore(clients.s3, options.bucket),
  };
  ({ record } = await publishModel(stores, { modelId: 'm', version: 'main', content: send(bytes) }));
});

test.after(async () => {
  clients?.destroy();
  await aws?.stop();
});

test('an artifact and a range of it come whole, and no timer of this thread fires meanwhile', async () => {
  const reader = createBlockingArtifactReader(options);
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  try {
    assert.ok(reader.readBlocking(record, null)?.equals(bytes));
    assert.ok(reader.readBlocking(record, { start: 7, end: 2_000_007 })?.equals(bytes.subarray(7, 2_000_008)));
    assert.is(fired, 0);
  } finally {
    clearInterval(timer);
    await reader.close();
  }
});

test('an artifact that is gone is null, and one with other bytes than its record says is an error', async () => {
  const reader = createBlockingArtifactReader(options);
  try {
    assert.is(reader.readBlocking({ ...record, objectKey: `${record.objectKey}-gone` }, null), null);
    const other = { ...record, digest: `sha256:${'0'.repeat(64)}` };
    assert.throws(() => reader.readBlocking(other, null), /digest/);
    assert.ok(reader.readBlocking(record, null)?.equals(bytes));
  } finally {
    await reader.close();
  }
});

test('a store that cannot be reached is the same error as for every reader', async () => {
  await withS3At('http://127.0.0.1:9', async () => {
    const reader = createBlockingArtifactReader(options);
    try {
      assert.throws(
        () => reader.readBlocking(record, null),
        (error: unknown) =>
          error instanceof DomainError &&
          error.code === 'stores_unavailable' &&
          /GetObject on bucket .*ECONNREFUSED/.test(error.logLine ?? ''),
      );
    } finally {
      await reader.close();
    }
  });
});

test('an S3 that never answers stops the thread for no longer than its limit, and the next call works', async () => {
  const reader = createBlockingArtifactReader({ ...options, limitMs: 1_500 });
  // The kernel takes the connection, although this thread cannot.
  const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  try {
    await withS3At(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, async () => {
      const startMs = performance.now();
      assert.throws(() => reader.readBlocking(record, null), /within 1500 ms/);
      assert.ok(performance.now() - startMs < 2_500);
      // Nor does the other thread wait any longer.
      const signal = AbortSignal.timeout(1_000);
      const [socket] = (await once(silent, 'connection', { signal })) as [Socket];
      await once(socket, 'close', { signal });
    });
    assert.ok(reader.readBlocking({ ...record }, { start: 0, end: 9 })?.equals(bytes.subarray(0, 10)));
  } finally {
    silent.close();
    await reader.close();
  }
});

async function withS3At(endpoint: string, act: () => Promise<void>): Promise<void> {
  const usual = process.env.AWS_ENDPOINT_URL_S3;
  process.env.AWS_ENDPOINT_URL_S3 = endpoint;
  try {
    await act();
  } finally {
    process.env.AWS_ENDPOINT_URL_S3 = usual;
  }
}

async function* send(content: Uint8Array) {
  yield content;
}

test.run();
