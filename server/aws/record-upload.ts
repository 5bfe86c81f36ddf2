import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { ModelRecord } from '../registry/model-record.ts';
import type { Upload } from '../registry/upload.ts';
import { itemKey, leaseAttribute, toAttributes } from './model-item.ts';

type Recording = Omit<UpdateCommandInput, 'TableName'>;

/** A record where there is none: in one write with the end of its upload's note, which must not be given up. */
export function describeInsert(record: ModelRecord, upload: Upload): Recording {
  const { set, names, values } = describeRecord(record, upload);
  return {
    Key: itemKey(record.id, record.version),
    UpdateExpression: `${set} REMOVE #lease DELETE #uploads :upload`,
    ConditionExpression: 'attribute_not_exists(#object_key) AND #lease > :given_up',
    ExpressionAttributeNames: { ...names, '#uploads': 'uploads' },
    ExpressionAttributeValues: { ...values, ':upload': new Set([upload.uploadId]) },
  };
}

/** A record in place of another one; the note stays, and leads whoever sweeps to the artifact that was replaced. */
export function describeReplace(replaced: ModelRecord, record: ModelRecord, upload: Upload): Recording {
  const { set, names, values } = describeRecord(record, upload);
  return {
    Key: itemKey(record.id, record.version),
    UpdateExpression: set,
    ConditionExpression: '#object_key = :replaced AND #lease > :given_up',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ...values, ':replaced': replaced.objectKey },
  };
}

function describeRecord(record: ModelRecord, upload: Upload) {
  const attributes = Object.entries(toAttributes(record));
  return {
    set: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    names: {
      ...Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      '#lease': leaseAttribute(upload),
    },
    values: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ':given_up': 0,
    },
  };
}
