import type { Input } from '@pulumi/pulumi';
import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../statement.ts';

export interface ExecutionArgs {
  readonly repositoryArn: Input<string>;
  readonly logGroupArn: Input<string>;
  readonly parameterArns: readonly Input<string>[];
}

/** What ECS itself does to start a container: pull the image, open the log, read the secrets. */
export function executionStatements({ repositoryArn, logGroupArn, parameterArns }: ExecutionArgs): Statement[] {
  return [
    // IAM knows no resource for this action.
    allow('EnterRegistry', ['ecr:GetAuthorizationToken'], ['*']),
    allow('PullImage', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [repositoryArn]),
    allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [pulumi.interpolate`${logGroupArn}:*`]),
    ...(parameterArns.length === 0 ? [] : [allow('ReadSecrets', ['ssm:GetParameters'], parameterArns)]),
  ];
}
