import * as pulumi from '@pulumi/pulumi';
import type { RunnerPlace } from '../runner-place.ts';
import { allow, type Statement } from '../statement.ts';
import type { Storage } from '../storage.ts';
import { publishStatements, serveStatements } from './registry.ts';

/** The registry, the life of runs, and starting runners. */
export function serviceStatements(storage: Storage, runners: RunnerPlace): Statement[] {
  const { runsBucket, runsTable } = storage;
  return [
    ...publishStatements(storage),
    ...serveStatements(storage),
    allow('ReachRunDocuments', ['s3:ListBucket'], [runsBucket.arn]),
    allow('KeepRunDocuments', ['s3:GetObject', 's3:PutObject'], [pulumi.interpolate`${runsBucket.arn}/runs/*`]),
    allow(
      'KeepExperiments',
      ['s3:GetObject', 's3:PutObject'],
      [pulumi.interpolate`${runsBucket.arn}/experiments/*`],
    ),
    allow(
      'KeepRuns',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      [runsTable.arn],
    ),
    allow('ListRuns', ['dynamodb:Query'], [pulumi.interpolate`${runsTable.arn}/index/*`]),
    ...launchStatements(runners),
  ];
}

/** To start runners, see how they fare and stop them: of one family, in one cluster, under two roles. */
function launchStatements({ clusterArn, definitionsArn, tasksArn, identity }: RunnerPlace): Statement[] {
  const inCluster = { ArnEquals: { 'ecs:cluster': clusterArn } };
  return [
    allow('StartRunners', ['ecs:RunTask'], [definitionsArn], inCluster),
    allow('WatchRunners', ['ecs:DescribeTasks', 'ecs:StopTask'], [tasksArn], inCluster),
    // Tasks are what it lists, but the resource that it asks for is a container instance, which Fargate has not.
    allow('FindRunners', ['ecs:ListTasks'], ['*'], inCluster),
    allow('MarkRunners', ['ecs:TagResource'], [tasksArn], { StringEquals: { 'ecs:CreateAction': 'RunTask' } }),
    allow('LendRoles', ['iam:PassRole'], [identity.executionRoleArn, identity.taskRoleArn], {
      StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
    }),
  ];
}
