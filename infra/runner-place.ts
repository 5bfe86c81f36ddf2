import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import type { Network } from './network.ts';
import { runnerStatements } from './permissions/runner.ts';
import { SecurityGroup } from './security-group.ts';
import type { Storage } from './storage.ts';
import { TaskIdentity } from './task-identity.ts';
import type { TaskPlatform } from './task-platform.ts';

export interface RunnerPlaceArgs {
  readonly platform: TaskPlatform;
  readonly network: Network;
  readonly storage: Storage;
}

/** The part of the service's environment that says how runners start. */
type LaunchVariables = Pick<
  EnvironmentOf<'service', 'fargate', pulumi.Input<string>>,
  'RUNNER_CLUSTER' | 'RUNNER_TASK_FAMILY' | 'RUNNER_CONTAINER' | 'RUNNER_SUBNETS' | 'RUNNER_SECURITY_GROUPS'
>;

/**
 * Where runners run, and as whom: all that the service must know of them. Their task definition comes later, for it
 * names the service's address; so the service knows it by its family alone.
 */
export class RunnerPlace extends pulumi.ComponentResource {
  readonly family = `${pulumi.getProject()}-${pulumi.getStack()}-runner`;
  readonly cluster: aws.ecs.Cluster;
  readonly securityGroup: SecurityGroup;
  readonly identity: TaskIdentity;
  readonly clusterArn: pulumi.Output<string>;
  /** All revisions of the family. */
  readonly definitionsArn: pulumi.Output<string>;
  /** All tasks in the cluster. */
  readonly tasksArn: pulumi.Output<string>;
  readonly launchVariables: LaunchVariables;

  constructor(name: string, args: RunnerPlaceArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:RunnerPlace', name, {}, options);
    const parent = { parent: this };
    const { platform, network, storage } = args;
    // Container Insights would make a log group that nobody owns.
    const settings = [{ name: 'containerInsights', value: 'disabled' }];
    this.cluster = new aws.ecs.Cluster('cluster', { settings }, parent);
    this.securityGroup = new SecurityGroup(
      'runner',
      { vpcId: network.vpcId, description: 'Benchmark runners and publishers: nobody reaches them' },
      parent,
    ).letOutToAws();
    this.identity = new TaskIdentity('runner', { platform, statements: runnerStatements(storage) }, parent);
    this.clusterArn = this.cluster.arn;
    this.definitionsArn = this.clusterArn.apply(
      (arn) => `${siblingOf(arn, 'task-definition')}${this.family}:*`,
    );
    this.tasksArn = this.clusterArn.apply((arn) => `${siblingOf(arn, 'task')}${arn.split('/').at(-1)}/*`);
    this.launchVariables = {
      RUNNER_CLUSTER: this.cluster.name,
      RUNNER_TASK_FAMILY: this.family,
      RUNNER_CONTAINER: this.identity.name,
      RUNNER_SUBNETS: network.subnetIds.apply((ids) => ids.join(',')),
      RUNNER_SECURITY_GROUPS: this.securityGroup.id,
    };
    this.registerOutputs({ cluster: this.cluster.name, family: this.family });
  }
}

/** `arn:aws:ecs:eu-west-1:123456789012:cluster/name` -> `arn:aws:ecs:eu-west-1:123456789012:task/` */
function siblingOf(clusterArn: string, kind: 'task' | 'task-definition'): string {
  return `${clusterArn.split(':').slice(0, 5).join(':')}:${kind}/`;
}
