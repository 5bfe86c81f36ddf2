import type { Preview } from '../../preview/preview-stack.ts';
import { findOf, listOf } from '../support/find-resource.ts';
import type { Statement } from './evaluate.ts';

/** What a previewed stack calls the things that programs and AWS reach for. */
export interface Deployment {
  /** Of a store, by the variable that names it. */
  readonly arnOf: (variable: string) => string;
  readonly parameterArn: string;
  readonly repositoryArn: string;
  readonly definitionArn: string;
  /** Of a task that runs in the cluster. */
  readonly taskArn: string;
  readonly runnerRoleArns: readonly string[];
  readonly inCluster: Readonly<Record<string, string>>;
  readonly logGroupArn: (name: string) => string;
  /** By the role's name in the program: `service-task`. */
  readonly statementsOf: (role: string) => readonly Statement[];
  readonly roles: readonly string[];
}

const storeOf: Readonly<Record<string, readonly [type: string, name: string]>> = {
  MODELS_BUCKET: ['s3:Bucket', 'models'],
  RUNS_BUCKET: ['s3:Bucket', 'runs'],
  MODELS_TABLE: ['dynamodb:Table', 'models'],
  RUNS_TABLE: ['dynamodb:Table', 'runs'],
};

export function readDeployment({ resources }: Preview): Deployment {
  const arn = (type: string, name: string) => String(findOf(resources, type, name).outputs.arn);
  const clusterArn = arn('ecs:Cluster', 'cluster');
  const runner = findOf(resources, 'ecs:TaskDefinition', 'runner');
  const url = String(findOf(resources, 'awsx:ecr:Repository', 'image').outputs.url);
  const [, account = '', region = '', name = ''] = url.match(/^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/(.+)$/) ?? [];
  return {
    arnOf(variable) {
      const store = storeOf[variable];
      if (store === undefined) throw new Error(`${variable} names no store.`);
      return arn(...store);
    },
    parameterArn: arn('ssm:Parameter', 'trigger-token'),
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    definitionArn: String(runner.outputs.arn),
    taskArn: `${clusterArn.replace(':cluster/', ':task/')}/0123456789abcdef`,
    runnerRoleArns: [String(runner.inputs.executionRoleArn), String(runner.inputs.taskRoleArn)],
    inCluster: { 'ecs:cluster': clusterArn },
    logGroupArn: (group) => arn('cloudwatch:LogGroup', group),
    statementsOf: (role) => {
      const { Statement } = JSON.parse(String(findOf(resources, 'iam:RolePolicy', role).inputs.policy)) as {
        Statement: Statement[];
      };
      return Statement;
    },
    roles: listOf(resources, 'iam:Role').map((role) => role.name),
  };
}
