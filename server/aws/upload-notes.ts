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
import { type Item, itemKey, leaseAttribute, readNotes, replacedElement, toRecord } from './model-item.ts';
import { reachStore } from './store-error.ts';
import { writeIf } from './write-if.ts';

/**
 * Notes in the items of their versions: of an upload an id in the set `uploads` and a lease in an attribute of its own, of
 * a replaced artifact an element of the set `replaced`.
 */
export function createUploadNotes(
  dynamodb: DynamoDBDocumentClient,
  table: string,
  leaseMs: number,
): UploadNotes {
  const update = (
    { id, version }: Pick<Upload, 'id' | 'version'>,
    change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ) =>
    writeIf(() => dynamodb.send(new UpdateCommand({ TableName: table, Key: itemKey(id, version), ...change })));
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

    async remove(upload, isPublished) {
      // First as a whole: a version that was never published leaves no item.
      const isGone =
        !isPublished &&
        (await removeItem(upload, {
          ConditionExpression:
            'attribute_not_exists(object_key) AND contains(uploads, :upload) AND size(uploads) = :one',
          ExpressionAttributeValues: { ':upload': upload.uploadId, ':one': 1 },
        }));
      if (isGone) return;
      const isRemoved = await update(upload, {
        UpdateExpression: 'REMOVE #lease DELETE uploads :upload',
        ConditionExpression: 'attribute_exists(#lease)',
        ExpressionAttributeNames: { '#lease': leaseAttribute(upload) },
        ExpressionAttributeValues: { ':upload': new Set([upload.uploadId]) },
      });
      // The last two of a version may have met here.
      if (isRemoved && !isPublished) {
        await removeItem(upload, {
          ConditionExpression: 'attribute_not_exists(object_key) AND attribute_not_exists(uploads)',
        });
      }
    },

    async forgetReplaced(artifact) {
      await update(artifact, {
        UpdateExpression: 'DELETE #replaced :element',
        ConditionExpression: 'attribute_exists(#replaced)',
        ExpressionAttributeNames: { '#replaced': 'replaced' },
        ExpressionAttributeValues: { ':element': new Set([replacedElement(artifact)]) },
      });
    },

    list: () =>
      reachStore('DynamoDB', async () => {
        const scan = {
          TableName: table,
          FilterExpression: 'attribute_exists(uploads) OR attribute_exists(#replaced)',
          ExpressionAttributeNames: { '#replaced': 'replaced' },
          ConsistentRead: true,
        };
        const items: Item[] = [];
        for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan)) items.push(...Items);
        const notes = items.map(readNotes);
        return {
          uploads: notes.flatMap(({ uploads }) => uploads),
          replaced: notes.flatMap(({ replaced }) => replaced),
        };
      }),

    readVersion: (id, version) =>
      reachStore('DynamoDB', async () => {
        const { Item = {} } = await dynamodb.send(
          new GetCommand({ TableName: table, Key: itemKey(id, version), ConsistentRead: true }),
        );
        return { record: toRecord(Item), ...readNotes(Item) };
      }),
  };
}
