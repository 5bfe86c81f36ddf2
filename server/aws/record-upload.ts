import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { ModelRecord } from '../registry/model-record.ts';
import { replacedKeptMs } from '../registry/replaced-artifact.ts';
import type { Upload } from '../registry/upload.ts';
import { itemKey, leaseAttribute, replacedElement, toAttributes } from './model-item.ts';

type Recording = Omit<UpdateCommandInput, 'TableName'>;

const endOfNote = 'REMOVE #lease DELETE #uploads :upload';

/** A record where there is none: in one write with the end of its upload's note, which must not be given up. */
export function describeInsert(record: ModelRecord, upload: Upload): Recording {
  const { set, names, values } = describeRecord(record, upload);
  return {
    Key: itemKey(record.id, record.version),
    UpdateExpression: `${set} ${endOfNote}`,
    ConditionExpression: 'attribute_not_exists(#object_key) AND #lease > :given_up',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** A record in place of another one, whose artifact is noted for removal; else the same. */
export function describeReplace(replaced: ModelRecord, record: ModelRecord, upload: Upload): Recording {
  const { set, names, values } = describeRecord(record, upload);
  return {
    Key: itemKey(record.id, record.version),
    UpdateExpression: `${set} ${endOfNote} ADD #replaced :left`,
    ConditionExpression: '#object_key = :replaced AND #lease > :given_up',
    ExpressionAttributeNames: { ...names, '#replaced': 'replaced' },
    ExpressionAttributeValues: {
      ...values,
      ':replaced': replaced.objectKey,
      ':left': new Set([
        replacedElement({ removeAtMs: Date.now() + replacedKeptMs, objectKey: replaced.objectKey }),
      ]),
    },
  };
}

function describeRecord(record: ModelRecord, upload: Upload) {
  const attributes = Object.entries(toAttributes(record));
  return {
    set: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    names: {
      ...Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      '#lease': leaseAttribute(upload),
      '#uploads': 'uploads',
    },
    values: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ':given_up': 0,
      ':upload': new Set([upload.uploadId]),
    },
  };
}
