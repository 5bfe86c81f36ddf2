import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../statement.ts';
import type { Storage } from '../storage.ts';

/** To publish models and to sweep what publishers left: what the service needs, and whoever publishes past it. */
export function publishStatements({ modelsBucket, modelsTable }: Storage): Statement[] {
  return [
    allow(
      'MoveArtifacts',
      ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      [pulumi.interpolate`${modelsBucket.arn}/performance/*`],
    ),
    // ListBucket is also what HEAD of a bucket needs, and what makes a missing object a 404.
    allow('FindUploads', ['s3:ListBucket', 's3:ListBucketMultipartUploads'], [modelsBucket.arn]),
    allow(
      'KeepRecords',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Scan'],
      [modelsTable.arn],
    ),
  ];
}

/** To hand models out. */
export function serveStatements({ modelsBucket, modelsTable }: Storage): Statement[] {
  return [
    allow('ReadArtifacts', ['s3:GetObject'], [pulumi.interpolate`${modelsBucket.arn}/performance/*`]),
    allow('ListVersions', ['dynamodb:Query'], [modelsTable.arn]),
  ];
}
