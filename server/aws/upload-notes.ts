import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  paginateScan,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { UploadNotes } from '../registry/stores.ts';
import type { Upload } from '../registry/upload.ts';
import { itemKey, leaseAttribute, readNotes, toRecord } from './model-item.ts';
import { reachStore } from './store-error.ts';
import { writeIf } from './write-if.ts';

/** Notes in the items of their versions: an id in the set `uploads`, and a lease in an attribute of its own. */
export function createUploadNotes(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  leaseMs: number,
): UploadNotes {
  const update = (upload: Upload, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) =>
    writeIf(() =>
      dynamodb.send(
        new UpdateCommand({ TableName: table, Key: itemKey(upload.id, upload.version), ...change }),
      ),
    );
  const removeItem = (upload: Upload, condition: Omit<DeleteCommandInput, 'TableName' | 'Key'>) =>
    writeIf(() =>
      dynamodb.send(
        new DeleteCommand({ TableName: table, Key: itemKey(upload.id, upload.version), ...condition }),
      ),
    );

  return {
    leaseMs,

    async write(upload) {
      await update(upload, {
        UpdateExpression: 'SET #lease = :expires ADD uploads :upload',
        ExpressionAttributeNames: { '#lease': leaseAttribute(upload) },
        ExpressionAttributeValues: {
          ':expires': Date.now() + leaseMs,
          ':upload': new Set([upload.uploadId]),
        },
      });
    },

    renew: (upload) =>
      update(upload, {
        UpdateExpression: 'SET #lease = :expires',
        ConditionExpression: '#lease > :given_up',
        ExpressionAttributeNames: { '#lease': leaseAttribute(upload) },
        ExpressionAttributeValues: { ':expires': Date.now() + leaseMs, ':given_up': 0 },
      }),

    giveUp: (upload, seenLeaseMs) =>
      update(upload, {
        UpdateExpression: 'SET #lease = :given_up',
        ConditionExpression: seenLeaseMs === undefined ? 'attribute_exists(#lease)' : '#lease = :seen',
        ExpressionAttributeNames: { '#lease': leaseAttribute(upload) },
        ExpressionAttributeValues: {
          ':given_up': 0,
          ...(seenLeaseMs === undefined ? {} : { ':seen': seenLeaseMs }),
        },
      }),

    async remove(upload, seen) {
      // First as a whole: a version that was never published leaves no item.
      const isGone =
        seen === null &&
        (await removeItem(upload, {
          ConditionExpression:
            'attribute_not_exists(object_key) AND contains(uploads, :upload) AND size(uploads) = :one',
          ExpressionAttributeValues: { ':upload': upload.uploadId, ':one': 1 },
        }));
      if (isGone) return true;
      const isRecord = seen === null ? 'attribute_not_exists(object_key)' : 'object_key = :seen';
      const isRemoved = await update(upload, {
        UpdateExpression: 'REMOVE #lease DELETE uploads :upload',
        ConditionExpression: `attribute_exists(#lease) AND ${isRecord}`,
        ExpressionAttributeNames: { '#lease': leaseAttribute(upload) },
        ExpressionAttributeValues: {
          ':upload': new Set([upload.uploadId]),
          ...(seen === null ? {} : { ':seen': seen.objectKey }),
        },
      });
      // The last two of a version may have met here.
      if (isRemoved && seen === null) {
        await removeItem(upload, {
          ConditionExpression: 'attribute_not_exists(object_key) AND attribute_not_exists(uploads)',
        });
      }
      return isRemoved;
    },

    list: () =>
      reachStore('DynamoDB', async () => {
        const scan = {
          TableName: table,
          FilterExpression: 'attribute_exists(uploads)',
          ConsistentRead: true,
        };
        const notes = [];
        for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan)) {
          notes.push(...Items.flatMap(readNotes));
        }
        return notes;
      }),

    readVersion: (id, version) =>
      reachStore('DynamoDB', async () => {
        const { Item = {} } = await dynamodb.send(
          new GetCommand({ TableName: table, Key: itemKey(id, version), ConsistentRead: true }),
        );
        return { record: toRecord(Item), uploads: readNotes(Item) };
      }),
  };
}
