import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { modelsTable, runsTable, type TableKeys } from '../../contract/tables.ts';
import type { StoreNames } from '../config.ts';
import type { AwsClients } from './clients.ts';
import { reachStore } from './store-error.ts';

export interface StoresReport {
  /** Tables whose items will not expire because the endpoint knows no time to live. */
  readonly withoutTimeToLive: readonly string[];
}

/**
 * Makes the buckets and tables that are missing; what exists is left as it is. Several processes may do so at
 * once, and all return only when every table takes requests.
 */
export async function ensureStores(
  clients: Pick<AwsClients, 's3' | 'dynamodb'>,
  stores: StoreNames,
): Promise<StoresReport> {
  const tables: readonly (readonly [string, TableKeys])[] = [
    [stores.modelsTable, modelsTable],
    [stores.runsTable, runsTable],
  ];
  const [lacking] = await Promise.all([
    Promise.all(
      tables.map(([name, keys]) => reachStore('DynamoDB', () => ensureTable(clients.dynamodb, name, keys))),
    ),
    ...[stores.modelsBucket, stores.runsBucket].map((name) =>
      reachStore('S3', () => ensureBucket(clients.s3, name)),
    ),
  ]);
  return { withoutTimeToLive: lacking.filter((name) => name !== null) };
}

async function ensureBucket(s3: S3Client, name: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name }));
    return;
  } catch (error) {
    if (!isNamed(error, 'NotFound', 'NoSuchBucket')) throw error;
  }
  const region = await s3.config.region();
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        // us-east-1 is the one region that S3 refuses to be told.
        ...(region === 'us-east-1'
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } }),
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'BucketAlreadyOwnedByYou', 'OperationAborted')) throw error;
  }
}

/** Returns the table's name when it should expire items and cannot, else null. */
async function ensureTable(
  dynamodb: DynamoDBDocumentClient,
  name: string,
  keys: TableKeys,
): Promise<string | null> {
  if ((await readTableStatus(dynamodb, name)) === null) {
    try {
      await dynamodb.send(new CreateTableCommand(describeTable(name, keys)));
    } catch (error) {
      if (!isNamed(error, 'ResourceInUseException')) throw error;
    }
  }
  await waitUntilActive(dynamodb, name);
  return keys.ttlAttribute === null || (await setTimeToLive(dynamodb, name, keys.ttlAttribute)) ? null : name;
}

async function readTableStatus(dynamodb: DynamoDBDocumentClient, name: string): Promise<string | null> {
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus ?? 'UNKNOWN';
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return null;
    throw error;
  }
}

function describeTable(name: string, keys: TableKeys): CreateTableCommandInput {
  const attributes = new Set(
    [keys, ...keys.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  );
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((attribute) => ({
      AttributeName: attribute,
      AttributeType: 'S',
    })),
    KeySchema: describeKeys(keys),
    ...(keys.indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: keys.indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: describeKeys(index),
            Projection: { ProjectionType: 'ALL' as const },
          })),
        }),
  };
}

function describeKeys(keys: { partitionKey: string; sortKey: string }) {
  return [
    { AttributeName: keys.partitionKey, KeyType: 'HASH' as const },
    { AttributeName: keys.sortKey, KeyType: 'RANGE' as const },
  ];
}

async function waitUntilActive(dynamodb: DynamoDBDocumentClient, name: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let pauseMs = 10; ; pauseMs = Math.min(1_000, pauseMs * 2)) {
    const status = await readTableStatus(dynamodb, name);
    // While it is updated a table takes requests as ever.
    if (status === 'ACTIVE' || status === 'UPDATING') return;
    if (Date.now() > deadline) {
      throw new Error(`The table ${name} is ${status ?? 'missing'} after 60 s; it should be ACTIVE.`);
    }
    await sleep(pauseMs);
  }
}

async function setTimeToLive(
  dynamodb: DynamoDBDocumentClient,
  name: string,
  attribute: string,
): Promise<boolean> {
  try {
    // Where it is set, whoever asks needs no right to set it.
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name }));
    if (/^ENABL/.test(TimeToLiveDescription?.TimeToLiveStatus ?? '')) return true;
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { Enabled: true, AttributeName: attribute },
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, 'ValidationException') && /already enabled/.test((error as Error).message)) return true;
    if (isNamed(error, 'UnknownOperationException')) return false;
    throw error;
  }
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
