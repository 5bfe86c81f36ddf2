import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isStandIn } from '../../test/open-test-aws.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { ensureStores } from '../create-stores.ts';

const test = suite('create stores');
const stores = {
  modelsBucket: 'models-of-two',
  runsBucket: 'runs-of-two',
  modelsTable: 'models-of-two',
  runsTable: 'runs-of-two',
};
let registry: RegistryFixture;

test.before(async () => {
  registry = await startRegistry();
});

test.after(async () => {
  await registry?.close();
});

test('five processes that create the stores at once all find them ready', async () => {
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      await ensureStores(registry.clients, stores);
      await registry.clients.s3.send(new HeadBucketCommand({ Bucket: stores.modelsBucket }));
      await registry.clients.s3.send(new HeadBucketCommand({ Bucket: stores.runsBucket }));
    }),
  );
});

test('the runs table has its keys, its index and on-demand billing', async () => {
  const { Table } = await registry.clients.dynamodb.send(
    new DescribeTableCommand({ TableName: stores.runsTable }),
  );
  assert.is(Table?.TableStatus, 'ACTIVE');
  assert.is(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
  assert.equal(
    Table?.KeySchema?.map(({ AttributeName }) => AttributeName),
    ['run_id', 'item'],
  );
  const [index] = Table?.GlobalSecondaryIndexes ?? [];
  assert.is(index?.IndexName, 'by_started_at');
  assert.equal(
    index?.KeySchema?.map(({ AttributeName }) => AttributeName),
    ['kind', 'started_at'],
  );
});

test('a table is reported, and no fault, exactly where its items cannot expire; a second time, too', async () => {
  for (const _ of [1, 2]) {
    const report = await ensureStores(registry.clients, stores);
    assert.equal(report.withoutTimeToLive, isStandIn ? [] : [stores.runsTable]);
  }
});

test('a store that cannot be reached is named', async () => {
  await registry.dynamodb.takeDown();
  try {
    await ensureStores(registry.clients, stores);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'DynamoDB cannot be reached');
  } finally {
    await registry.dynamodb.restore();
  }
});

test.run();
