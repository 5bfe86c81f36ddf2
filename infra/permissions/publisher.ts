import { allow, type Statement } from '../statement.ts';
import type { Storage } from '../storage.ts';
import { publishStatements } from './registry.ts';

/** Publishing past the service: before they write, `populate` and `publish` look whether all stores are there. */
export function publisherStatements(storage: Storage): Statement[] {
  return [
    ...publishStatements(storage),
    allow('FindBucket', ['s3:ListBucket'], [storage.runsBucket.arn]),
    allow('FindTables', ['dynamodb:DescribeTable'], [storage.modelsTable.arn, storage.runsTable.arn]),
    allow('FindExpiry', ['dynamodb:DescribeTimeToLive'], [storage.runsTable.arn]),
  ];
}
