import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { displayIdClaim } from '../../contract/tables.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ModelPage, ModelPageRequest, ModelStore } from '../registry/stores.ts';
import { timePhase } from '../request-trace.ts';
import { decodeModelCursor, encodeModelCursor } from './model-cursor.ts';
import { type Item, itemKey, toRecord } from './model-item.ts';
import { describeInsert, describeReplace } from './record-upload.ts';
import { reachStore } from './store-error.ts';
import { createUploadNotes } from './upload-notes.ts';
import { writeIf } from './write-if.ts';

/** Long enough for a publisher whose stores are away for a moment, short enough for leftovers to be gone soon. */
const defaultLeaseMs = 30_000;

/** Model records in DynamoDB: single-item writes only, each under a condition. */
export function createModelStore(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  { leaseMs = defaultLeaseMs }: { leaseMs?: number } = {},
): ModelStore {
  return {
    find: (id, version) => read(() => find(dynamodb, table, id, version)),
    listVersions: (id) => read(() => listVersions(dynamodb, table, id)),
    listModels: (page) => read(() => listModels(dynamodb, table, page)),
    claimId: (id, modelId) => reachStore('DynamoDB', () => claimId(dynamodb, table, id, modelId)),
    findHolder: (id) => reachStore('DynamoDB', () => findHolder(dynamodb, table, id)),
    insert: (record, upload) =>
      writeIf(() => dynamodb.send(new UpdateCommand({ TableName: table, ...describeInsert(record, upload) }))),
    replace: (replaced, record, upload) =>
      writeIf(() =>
        dynamodb.send(new UpdateCommand({ TableName: table, ...describeReplace(replaced, record, upload) })),
      ),
    uploads: createUploadNotes(dynamodb, table, leaseMs),
  };
}

/** As a phase of the request that it is for. */
function read<Result>(ask: () => Promise<Result>): Promise<Result> {
  return timePhase('metadata', () => reachStore('DynamoDB', ask));
}

async function find(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  id: string,
  version: string,
): Promise<ModelRecord | null> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: table, Key: itemKey(id, version), ConsistentRead: true }),
  );
  return Item ? toRecord(Item) : null;
}

async function listVersions(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  id: string,
): Promise<readonly ModelRecord[]> {
  const records: ModelRecord[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'model_id = :id',
        ExpressionAttributeValues: { ':id': id },
        ConsistentRead: true,
        ExclusiveStartKey: after,
      }),
    );
    records.push(...keepRecords(Items));
    after = LastEvaluatedKey;
  } while (after);
  return records;
}

/** Beside versions there are claims and notes of uploads, so that one page may take several scans. */
async function listModels(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  { limit, cursor }: ModelPageRequest,
): Promise<ModelPage> {
  const records: ModelRecord[] = [];
  let after: Record<string, unknown> | undefined = cursor === null ? undefined : decodeModelCursor(cursor);
  do {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new ScanCommand({ TableName: table, Limit: 2 * limit + 2, ExclusiveStartKey: after }),
    );
    records.push(...keepRecords(Items));
    after = LastEvaluatedKey;
    // One more than asked for tells whether this page is the last.
  } while (after && records.length <= limit);
  const page = records.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    last && records.length > limit ? encodeModelCursor({ model_id: last.id, version: last.version }) : null;
  return { records: page, nextCursor };
}

function keepRecords(items: readonly Item[]): ModelRecord[] {
  return items.map(toRecord).filter((record) => record !== null);
}

async function findHolder(dynamodb: DynamoDBDocumentClient, table: string, id: string): Promise<string | null> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: table, Key: itemKey(id, displayIdClaim), ConsistentRead: true }),
  );
  return Item ? String(Item.display_id) : null;
}

async function claimId(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  id: string,
  modelId: string,
): Promise<string> {
  const claim = { ...itemKey(id, displayIdClaim), display_id: modelId };
  const put = new PutCommand({
    TableName: table,
    Item: claim,
    ConditionExpression: 'attribute_not_exists(model_id)',
  });
  if (await writeIf(() => dynamodb.send(put))) return modelId;
  return (await findHolder(dynamodb, table, id)) ?? modelId;
}
