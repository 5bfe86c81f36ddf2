import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { displayIdClaim } from '../../contract/tables.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ModelPage, ModelPageRequest, ModelStore } from '../registry/stores.ts';
import { decodeModelCursor, encodeModelCursor } from './model-cursor.ts';
import { type ModelItem, toItem, toRecord } from './model-item.ts';
import { reachStore } from './store-error.ts';

/** Model records in DynamoDB: single-item writes only, each under a condition. */
export function createModelStore(dynamodb: DynamoDBDocumentClient, table: string): ModelStore {
  return {
    find: (id, version) => reachStore('DynamoDB', () => find(dynamodb, table, id, version)),
    listVersions: (id) => reachStore('DynamoDB', () => listVersions(dynamodb, table, id)),
    listModels: (page) => reachStore('DynamoDB', () => listModels(dynamodb, table, page)),
    claimId: (id, modelId) => reachStore('DynamoDB', () => claimId(dynamodb, table, id, modelId)),
    insert: (record) =>
      putIf(dynamodb, {
        TableName: table,
        Item: toItem(record),
        ConditionExpression: 'attribute_not_exists(model_id)',
      }),
    replace: (replaced, record) =>
      putIf(dynamodb, {
        TableName: table,
        Item: toItem(record),
        ConditionExpression: 'object_key = :replaced',
        ExpressionAttributeValues: { ':replaced': replaced.objectKey },
      }),
  };
}

async function find(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  id: string,
  version: string,
): Promise<ModelRecord | null> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: table, Key: { model_id: id, version }, ConsistentRead: true }),
  );
  return Item ? toRecord(Item as ModelItem) : null;
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

/** Every model has a claim beside its versions, so that one page may take several scans. */
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

function keepRecords(items: readonly Record<string, unknown>[]): ModelRecord[] {
  return items.filter((item) => item.version !== displayIdClaim).map((item) => toRecord(item as ModelItem));
}

async function claimId(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  id: string,
  modelId: string,
): Promise<string> {
  const claim = { model_id: id, version: displayIdClaim };
  const claimed = await putIf(dynamodb, {
    TableName: table,
    Item: { ...claim, display_id: modelId },
    ConditionExpression: 'attribute_not_exists(model_id)',
  });
  if (claimed) return modelId;
  const { Item } = await dynamodb.send(new GetCommand({ TableName: table, Key: claim, ConsistentRead: true }));
  return String(Item?.display_id);
}

async function putIf(dynamodb: DynamoDBDocumentClient, put: PutCommandInput): Promise<boolean> {
  return reachStore('DynamoDB', async () => {
    try {
      await dynamodb.send(new PutCommand(put));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  });
}
