import type { Backend } from './support/stacks.ts';

/** A way to break the program, and the fault that has to be named. */
export interface Variant {
  readonly name: string;
  readonly backend: Backend;
  /** Of `infra/`. */
  readonly file: string;
  readonly take: string;
  readonly put: string;
  readonly fault: RegExp;
}

export const variants: readonly Variant[] = [
  {
    name: 'a dangling role',
    backend: 'lambda',
    file: 'runner.ts',
    take: 'identity: runners.identity,',
    put: "identity: Object.assign(Object.create(runners.identity), { taskRoleArn: 'arn:aws:iam::123456789012:role/gone' }),",
    fault: /^The task role of runner holds no policy: arn:aws:iam::123456789012:role\/gone$/m,
  },
  {
    name: 'a wrong subnet',
    backend: 'fargate',
    file: 'runner-place.ts',
    take: "network.subnetIds.apply((ids) => ids.join(','))",
    put: "'subnet-0123456789abcdef0'",
    fault: /^RUNNER_SUBNETS is subnet-0123456789abcdef0; what there is: subnet-/m,
  },
  {
    name: 'a missing variable',
    backend: 'lambda',
    file: 'lambda-service.ts',
    take: 'TRIGGER_TOKEN_PARAMETER: token.parameterName,',
    put: '',
    fault: /^The function service would not start: +TRIGGER_TOKEN_PARAMETER is not set/m,
  },
  {
    name: 'an open group',
    backend: 'fargate',
    file: 'fargate-service.ts',
    take: 'outside.letOut(name, { group: tasks }, port);',
    put: "outside.letOut(name, { group: tasks }, port); tasks.letIn('world', { cidr: '0.0.0.0/0' }, port);",
    fault:
      /^open-to-all-is-the-public-load-balancer: service-from-world is open to all and no public load balancer’s/m,
  },
  {
    name: 'a plain token',
    backend: 'lambda',
    file: 'lambda-service.ts',
    take: 'ALLOWED_CIDRS: config',
    put: "TRIGGER_TOKEN: pulumi.output('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'), ALLOWED_CIDRS: config",
    fault: /^The function service holds a secret in plain$/m,
  },
  {
    name: 'a wildcard',
    backend: 'lambda',
    file: 'permissions/registry.ts',
    take: "'dynamodb:Scan'",
    put: "'dynamodb:*'",
    fault: /^allow-names-what-it-allows: service allows dynamodb:\* in KeepRecords/m,
  },
  {
    name: 'a wrong Fargate size',
    backend: 'lambda',
    file: 'container-task.ts',
    take: 'memory: String(size.memoryMib),',
    put: 'memory: String(size.memoryMib + 512),',
    fault:
      /^fargate-offers-the-size: runner has 2048 CPU units and 4608 MiB; Fargate offers 4096 to 16384 MiB/m,
  },
  {
    name: 'no retention',
    backend: 'fargate',
    file: 'task-identity.ts',
    take: 'retentionInDays: platform.logRetentionDays',
    put: 'skipDestroy: false',
    fault: /^logs-end: runner keeps its logs for ever/m,
  },
  {
    name: 'a public bucket',
    backend: 'lambda',
    file: 'private-bucket.ts',
    take: 'blockPublicPolicy: true,',
    put: 'blockPublicPolicy: false,',
    fault: /^public-access-is-blocked: models has blockPublicPolicy off/m,
  },
  {
    name: 'an image tag by path',
    backend: 'lambda',
    file: 'image.ts',
    take: 'hashBuildContext(repositoryRoot, builtFrom)',
    put: "Buffer.from(repositoryRoot).toString('hex').slice(0, 12)",
    fault: /^The image image is tagged arm64-[0-9a-f]{12}, not by its content [0-9a-f]{12}$/m,
  },
];
