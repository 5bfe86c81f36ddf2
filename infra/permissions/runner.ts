import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../statement.ts';
import type { Storage } from '../storage.ts';

/** A runner reads records of models, keeps its run and writes the run's documents; artifacts come over HTTP. */
export function runnerStatements({ modelsTable, runsBucket, runsTable }: Storage): Statement[] {
  return [
    allow('ReadRecords', ['dynamodb:GetItem', 'dynamodb:Scan'], [modelsTable.arn]),
    allow(
      'KeepRun',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      [runsTable.arn],
    ),
    allow('KeepRunDocuments', ['s3:GetObject', 's3:PutObject'], [pulumi.interpolate`${runsBucket.arn}/runs/*`]),
    allow(
      'KeepExperiments',
      ['s3:GetObject', 's3:PutObject'],
      [pulumi.interpolate`${runsBucket.arn}/experiments/*`],
    ),
  ];
}
