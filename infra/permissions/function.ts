import * as pulumi from '@pulumi/pulumi';
import { allow, type Statement } from '../statement.ts';

/** What a function does beside the service's own work: it logs, and it reads the token, as no one reads it for it. */
export function functionStatements(args: {
  readonly logGroupArn: pulumi.Input<string>;
  readonly tokenArn: pulumi.Input<string>;
}): Statement[] {
  return [
    allow(
      'WriteLog',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [pulumi.interpolate`${args.logGroupArn}:*`],
    ),
    allow('ReadToken', ['ssm:GetParameter'], [args.tokenArn]),
  ];
}
