import type { RecordedResource } from '../preview/monitor-server.ts';
import type { Backend } from './support/stacks.ts';

/** A recorded resource as a slip of the program would leave it, and the fault that has to be named. */
export interface BrokenResource {
  readonly what: string;
  readonly backend: Exclude<Backend, 'local'>;
  /** As in `find-resource.ts`. */
  readonly type: string;
  readonly name: string;
  readonly change: (resource: RecordedResource) => Partial<RecordedResource>;
  readonly fault: RegExp;
}

export const brokenResources: readonly BrokenResource[] = [
  {
    what: 'roles of a task are exchanged',
    backend: 'lambda',
    type: 'ecs:TaskDefinition',
    name: 'runner',
    change: ({ inputs }) => ({
      inputs: { ...inputs, taskRoleArn: inputs.executionRoleArn, executionRoleArn: inputs.taskRoleArn },
    }),
    fault: /^The task role of runner is .*runner-execution/m,
  },
  {
    what: 'a task logs into another’s group',
    backend: 'lambda',
    type: 'ecs:TaskDefinition',
    name: 'runner',
    change: inContainers('/modelrig/dev/runner', '/modelrig/dev/publisher'),
    fault: /^The log group of runner is \/modelrig\/dev\/publisher/m,
  },
  {
    what: 'a task takes the memory of the machine for its own',
    backend: 'fargate',
    type: 'ecs:TaskDefinition',
    name: 'service',
    change: inContainers('"memory":2048,', ''),
    fault: /^The memory that service is told of in MiB is undefined, not 2048/m,
  },
  {
    what: 'a service does not wait for its listeners',
    backend: 'fargate',
    type: 'ecs:Service',
    name: 'service',
    change: ({ dependsOn }) => ({ dependsOn: dependsOn.filter((urn) => !urn.includes(':Listener::')) }),
    fault: /^service \(aws:ecs\/service:Service\) does not wait for private \(aws:lb\/listener:Listener\)/m,
  },
  {
    what: 'a function does not wait for its permissions',
    backend: 'lambda',
    type: 'lambda:Function',
    name: 'service',
    change: ({ dependsOn }) => ({ dependsOn: dependsOn.filter((urn) => !urn.includes(':RolePolicy::')) }),
    fault: /^service \(aws:lambda\/function:Function\) does not wait for service \(aws:iam\/rolePolicy:/m,
  },
  {
    what: 'a task starts what the image has not',
    backend: 'lambda',
    type: 'ecs:TaskDefinition',
    name: 'runner',
    change: inContainers('server/runner.ts', 'server/runners.ts'),
    fault: /^The image has no server\/runners\.ts, which runner starts/m,
  },
  {
    what: 'a function is given a handler that is none',
    backend: 'lambda',
    type: 'lambda:Function',
    name: 'service',
    change: ({ inputs }) => ({ inputs: { ...inputs, handler: 'lambda.handle' } }),
    fault: /^The bundle of service has no handler lambda\.handle$/m,
  },
  {
    what: 'tasks have no address and no NAT',
    backend: 'fargate',
    type: 'ecs:Service',
    name: 'service',
    change: ({ inputs }) => ({
      inputs: {
        ...inputs,
        networkConfiguration: { ...(inputs.networkConfiguration as object), assignPublicIp: false },
      },
    }),
    fault: /^Tasks of service have no public address, and there is no NAT/m,
  },
  {
    what: 'runners cannot fetch their image',
    backend: 'lambda',
    type: 'vpc:SecurityGroupEgressRule',
    name: 'runner-to-aws',
    change: ({ inputs }) => ({ inputs: { ...inputs, toPort: 80, fromPort: 80 } }),
    fault: /^Tasks in sg-\w+ do not reach ECR, logs and SSM on 443/m,
  },
  {
    what: 'endpoints have no routes',
    backend: 'lambda',
    type: 'awsx:ec2:Vpc',
    name: 'network',
    change: ({ inputs: { vpcEndpointStrategy, ...inputs } }) => ({ inputs }),
    fault: /^vpcEndpointStrategy, .* is undefined, not Auto/m,
  },
  {
    what: 'the runners’ load balancer is on the internet',
    backend: 'fargate',
    type: 'lb:LoadBalancer',
    name: 'private',
    change: ({ inputs }) => ({ inputs: { ...inputs, internal: false } }),
    fault: /^internal of the load balancer private is false, not true/m,
  },
  {
    what: 'runners are sent elsewhere',
    backend: 'fargate',
    type: 'ecs:TaskDefinition',
    name: 'runner',
    change: inContainers('http://internal-private-', 'http://public-'),
    fault: /^TARGET_URL of the runner is http:\/\/public-/m,
  },
  {
    what: 'targets are of a kind that Fargate has not',
    backend: 'fargate',
    type: 'lb:TargetGroup',
    name: 'public',
    change: ({ inputs }) => ({ inputs: { ...inputs, targetType: 'instance' } }),
    fault: /^The kind of targets of public is instance, not ip/m,
  },
  {
    what: 'a load balancer hands on to a port that nobody listens on',
    backend: 'fargate',
    type: 'ecs:TaskDefinition',
    name: 'service',
    change: inContainers('"containerPort":8080', '"containerPort":8081'),
    fault: /^The port behind a load balancer is 8080, not 8081/m,
  },
  {
    what: 'another service is scaled',
    backend: 'fargate',
    type: 'appautoscaling:Target',
    name: 'service',
    change: ({ inputs }) => ({ inputs: { ...inputs, resourceId: 'service/cluster/gone' } }),
    fault: /^What is scaled is service\/cluster\/gone/m,
  },
  {
    what: 'an alarm watches nothing',
    backend: 'lambda',
    type: 'cloudwatch:MetricAlarm',
    name: 'throttled',
    change: ({ inputs }) => ({ inputs: { ...inputs, dimensions: { FunctionName: 'gone' } } }),
    fault: /^The alarm throttled watches FunctionName gone, which is not there/m,
  },
  {
    what: 'a load balancer is named as AWS does not allow',
    backend: 'fargate',
    type: 'lb:LoadBalancer',
    name: 'private',
    change: ({ outputs }) => ({ outputs: { ...outputs, arnSuffix: 'app/internal-0a1b2c3/0123' } }),
    fault: /^AWS refuses "internal-0a1b2c3" as lb:LoadBalancer/m,
  },
];

function inContainers(take: string, put: string): BrokenResource['change'] {
  return ({ inputs }) => ({
    inputs: { ...inputs, containerDefinitions: String(inputs.containerDefinitions).replace(take, put) },
  });
}
