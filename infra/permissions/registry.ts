import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../statement.ts';
import type { Storage } from '../storage.ts';

/** To publish, serve and sweep models: what the service and whoever publishes past it need. */
export function registryStatements({ modelsBucket, modelsTable }: Storage): Statement[] {
  return [
    allow(
      'MoveArtifacts',
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      [pulumi.interpolate`${modelsBucket.arn}/performance/*`],
    ),
    // ListBucket is also what HEAD of a bucket needs, and what makes a missing object a 404.
    allow('FindUploads', ['s3:ListBucket', 's3:ListBucketMultipartUploads'], [modelsBucket.arn]),
    allow(
      'KeepRecords',
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:Query',
        'dynamodb:Scan',
      ],
      [modelsTable.arn],
    ),
  ];
}
