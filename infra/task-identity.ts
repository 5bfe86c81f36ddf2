import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { executionStatements } from './permissions/execution.ts';
import { Role } from './role.ts';
import type { Statement } from './statement.ts';
import type { TaskPlatform } from './task-platform.ts';

export interface TaskIdentityArgs {
  readonly platform: TaskPlatform;
  /** What the program in the container may do. */
  readonly statements: readonly Statement[];
  /** Parameters whose values ECS gives to the container. */
  readonly parameterArns?: readonly pulumi.Input<string>[];
}

const servicePrincipal = 'ecs-tasks.amazonaws.com';

/** Under which two roles a task runs, and where it logs: apart from its definition, which may have to come later. */
export class TaskIdentity extends pulumi.ComponentResource {
  /** Also the name of the task's container. */
  readonly name: string;
  /** ECS itself takes this one to start the container. */
  readonly executionRoleArn: pulumi.Output<string>;
  /** The program has this one. */
  readonly taskRoleArn: pulumi.Output<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(name: string, args: TaskIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:TaskIdentity', name, {}, options);
    const parent = { parent: this };
    const { platform, statements, parameterArns = [] } = args;
    const { permissionsBoundary } = platform;
    this.name = name;
    this.logGroup = new aws.cloudwatch.LogGroup(
      name,
      {
        name: `/${pulumi.getProject()}/${pulumi.getStack()}/${name}`,
        retentionInDays: platform.logRetentionDays,
      },
      parent,
    );
    const execution = executionStatements({
      repositoryArn: platform.image.repositoryArn,
      logGroupArn: this.logGroup.arn,
      parameterArns,
    });
    const createRole = (purpose: string, allowed: readonly Statement[]) =>
      new Role(`${name}-${purpose}`, { servicePrincipal, statements: allowed, permissionsBoundary }, parent)
        .arn;
    this.executionRoleArn = createRole('execution', execution);
    this.taskRoleArn = createRole('task', statements);
    this.registerOutputs({ executionRoleArn: this.executionRoleArn, taskRoleArn: this.taskRoleArn });
  }
}
