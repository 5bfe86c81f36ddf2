import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { stopTimeoutSeconds } from '../contract/stopping.ts';
import type { TaskSize } from './config.ts';
import type { TaskIdentity } from './task-identity.ts';
import type { TaskPlatform } from './task-platform.ts';

export interface ContainerTaskArgs {
  readonly platform: TaskPlatform;
  readonly identity: TaskIdentity;
  /** A plain name, so that it is known before the task definition is made. */
  readonly family: string;
  readonly size: TaskSize;
  /** In place of the image's own. Whoever starts the task may give further arguments as its command. */
  readonly entryPoint?: readonly string[];
  readonly environment: Readonly<Record<string, pulumi.Input<string> | undefined>>;
  /** ARNs of parameters whose values the container gets as variables. */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it listens on, and the path under which it says that it lives. */
  readonly listens?: { readonly port: number; readonly livePath: string };
}

/** A task definition on Fargate with one container, whose root is read-only. */
export class ContainerTask extends pulumi.ComponentResource {
  readonly definition: aws.ecs.TaskDefinition;

  constructor(name: string, args: ContainerTaskArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:ContainerTask', name, {}, options);
    const { identity, size } = args;
    this.definition = new aws.ecs.TaskDefinition(
      name,
      {
        family: args.family,
        cpu: String(size.cpu),
        memory: String(size.memoryMib),
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        runtimePlatform: {
          cpuArchitecture: args.platform.architecture.toUpperCase(),
          operatingSystemFamily: 'LINUX',
        },
        executionRoleArn: identity.executionRoleArn,
        taskRoleArn: identity.taskRoleArn,
        // The one place that can be written to.
        volumes: [{ name: 'tmp' }],
        containerDefinitions: pulumi.jsonStringify([describeContainer(args)]),
      },
      { parent: this },
    );
    this.registerOutputs({ arn: this.definition.arn });
  }
}

function describeContainer({
  platform,
  identity,
  size,
  entryPoint,
  environment,
  secrets = {},
  listens,
}: ContainerTaskArgs) {
  return {
    name: identity.name,
    image: platform.image.uri,
    essential: true,
    // All of the task's, as a limit of its own: without one it is told the memory of the machine that the task runs on.
    memory: size.memoryMib,
    readonlyRootFilesystem: true,
    mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false }],
    // Hands SIGTERM on to Node and buries its children.
    linuxParameters: { initProcessEnabled: true },
    stopTimeout: stopTimeoutSeconds,
    environment: Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value }],
    ),
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': identity.logGroup.name,
        'awslogs-region': platform.region,
        'awslogs-stream-prefix': identity.name,
      },
    },
    ...(entryPoint === undefined ? {} : { entryPoint }),
    ...(listens === undefined
      ? {}
      : {
          portMappings: [{ containerPort: listens.port, protocol: 'tcp' }],
          healthCheck: askWithin(listens.port, listens.livePath),
        }),
  };
}

/** The image has no curl; it has Node. */
function askWithin(port: number, path: string) {
  const ask = `fetch('http://127.0.0.1:${port}${path}').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`;
  return { command: ['CMD', 'node', '--eval', ask], interval: 30, timeout: 10, retries: 5, startPeriod: 30 };
}
