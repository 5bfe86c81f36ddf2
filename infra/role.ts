import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from './statement.ts';

export interface RoleArgs {
  /** Who may take the role, such as `ecs-tasks.amazonaws.com`. */
  readonly servicePrincipal: string;
  readonly statements: readonly Statement[];
  readonly permissionsBoundary: string | null;
}

/** A role with exactly the given permissions. */
export class Role extends pulumi.ComponentResource {
  /** Known only when the permissions are in place, so that whoever runs under the role has them. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: RoleArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Role', name, {}, options);
    const parent = { parent: this };
    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: args.servicePrincipal }, Action: 'sts:AssumeRole' },
          ],
        }),
        ...(args.permissionsBoundary === null ? {} : { permissionsBoundary: args.permissionsBoundary }),
      },
      parent,
    );
    if (args.statements.length === 0) {
      this.arn = role.arn;
    } else {
      const policy = new aws.iam.RolePolicy(
        name,
        {
          role: role.name,
          policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: args.statements }),
        },
        parent,
      );
      this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    }
    this.registerOutputs({ arn: this.arn });
  }
}
