import type { Access } from './evaluate.ts';
import type { Deployment } from './read-deployment.ts';
import { spell } from './support/list-call-sites.ts';

export interface Call {
  readonly commandName: string;
  readonly input: Readonly<Record<string, string>>;
}

type Table = Readonly<Record<string, (input: Call['input'], deployment: Deployment) => readonly Access[]>>;

/**
 * Which actions on what a command needs. A new command of a program gets a line here, and its statement in
 * `infra/permissions/`. Source: AWS service authorization reference.
 * @throws {Error} for a command without a line.
 */
export function listAccess({ commandName, input }: Call, deployment: Deployment): readonly Access[] {
  const line = table[spell(commandName)];
  if (line === undefined) throw new Error(`${commandName} has no line in access.ts.`);
  return line(input, deployment);
}

const onObject =
  (action: string) =>
  ({ Bucket = '', Key = '' }: Call['input'], { arnOf }: Deployment) =>
    [access(action, `${arnOf(Bucket)}/${Key}`)] as const;
const onBucket =
  (action: string) =>
  ({ Bucket = '' }: Call['input'], { arnOf }: Deployment) =>
    [access(action, arnOf(Bucket))] as const;
const onTable =
  (action: string) =>
  ({ TableName = '', IndexName }: Call['input'], { arnOf }: Deployment) =>
    [access(action, `${arnOf(TableName)}${IndexName === undefined ? '' : `/index/${IndexName}`}`)] as const;

const table: Table = {
  GetObject: onObject('s3:GetObject'),
  PutObject: onObject('s3:PutObject'),
  DeleteObject: onObject('s3:DeleteObject'),
  CreateMultipartUpload: onObject('s3:PutObject'),
  UploadPart: onObject('s3:PutObject'),
  CompleteMultipartUpload: onObject('s3:PutObject'),
  AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
  HeadBucket: onBucket('s3:ListBucket'),
  ListObjectsV2: onBucket('s3:ListBucket'),
  ListMultipartUploads: onBucket('s3:ListBucketMultipartUploads'),
  GetItem: onTable('dynamodb:GetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  UpdateItem: onTable('dynamodb:UpdateItem'),
  DeleteItem: onTable('dynamodb:DeleteItem'),
  Query: onTable('dynamodb:Query'),
  Scan: onTable('dynamodb:Scan'),
  DescribeTable: onTable('dynamodb:DescribeTable'),
  DescribeTimeToLive: onTable('dynamodb:DescribeTimeToLive'),
  GetParameter: (_, { parameterArn }) => [access('ssm:GetParameter', parameterArn)],

  RunTask: (_, { definitionArn, taskArn, runnerRoleArns, inCluster }) => [
    access('ecs:RunTask', definitionArn, inCluster),
    access('ecs:TagResource', taskArn, { 'ecs:CreateAction': 'RunTask' }),
    ...runnerRoleArns.map((arn) =>
      access('iam:PassRole', arn, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
    ),
  ],
  DescribeTasks: (_, { taskArn, inCluster }) => [access('ecs:DescribeTasks', taskArn, inCluster)],
  StopTask: (_, { taskArn, inCluster }) => [access('ecs:StopTask', taskArn, inCluster)],
  ListTasks: (_, { inCluster }) => [access('ecs:ListTasks', '*', inCluster)],
};

/** What ECS and Lambda themselves do in a role of ours. */
export function listOwnAccess(
  kind: 'execution' | 'function',
  logGroupArn: string,
  deployment: Deployment,
): Access[] {
  const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
    access(action, `${logGroupArn}:log-stream:one`),
  );
  if (kind === 'function') return log;
  return [
    ...log,
    access('ecr:GetAuthorizationToken', '*'),
    access('ecr:BatchGetImage', deployment.repositoryArn),
    access('ecr:GetDownloadUrlForLayer', deployment.repositoryArn),
  ];
}

export function access(action: string, resource: string, context: Access['context'] = {}): Access {
  return { action, resource, context };
}
