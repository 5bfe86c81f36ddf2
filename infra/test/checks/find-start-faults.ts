import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { listBuildContext } from '../../list-build-context.ts';
import { repositoryRoot } from '../../preview/repository-root.ts';
import { expect } from '../support/expect.ts';
import { findOf, listOf, type Resources, readContainer } from '../support/find-resource.ts';

/** What would keep tasks and functions from starting, though all that they name is there. */
export function findStartFaults(resources: Resources): string[] {
  return [
    ...findExchangedIdentities(resources),
    ...findEarlyStarts(resources),
    ...findMissingPrograms(resources),
    ...findCutOffTasks(resources),
  ];
}

/** A task runs under the two roles, logs into the group and knows the memory that were made for it. */
function findExchangedIdentities(resources: Resources): string[] {
  return listOf(resources, 'ecs:TaskDefinition').flatMap((task) => {
    const { name, memory, logConfiguration } = readContainer(task);
    const arnOf = (purpose: string) => findOf(resources, 'iam:Role', `${name}-${purpose}`).outputs.arn;
    const group = findOf(resources, 'cloudwatch:LogGroup', name).outputs.name;
    return [
      ...expect(task.inputs.taskRoleArn, arnOf('task'), `The task role of ${name}`),
      ...expect(task.inputs.executionRoleArn, arnOf('execution'), `The execution role of ${name}`),
      ...expect(logConfiguration.options['awslogs-group'], group, `The log group of ${name}`),
      ...expect(memory, Number(task.inputs.memory), `The memory that ${name} is told of in MiB`),
    ];
  });
}

/** Roles need their policies before somebody runs under them, target groups their listeners before a service does. */
function findEarlyStarts(resources: Resources): string[] {
  const policies = listOf(resources, 'iam:RolePolicy');
  const listeners = listOf(resources, 'lb:Listener').filter(({ inputs }) =>
    JSON.stringify(inputs.defaultActions).includes('"targetGroupArn"'),
  );
  const rolesOf = ({ inputs }: Resources[number]) => [inputs.taskRoleArn, inputs.executionRoleArn, inputs.role];
  const nameOf = (arn: unknown) =>
    listOf(resources, 'iam:Role').find(({ outputs }) => outputs.arn === arn)?.outputs.name;
  const needs = [
    ...[...listOf(resources, 'ecs:TaskDefinition'), ...listOf(resources, 'lambda:Function')].flatMap((user) => {
      const roles = rolesOf(user).map(nameOf);
      return policies
        .filter(({ inputs }) => roles.includes(inputs.role as string))
        .map((policy) => [user, policy] as const);
    }),
    ...listOf(resources, 'ecs:Service').flatMap((service) =>
      listeners.map((listener) => [service, listener] as const),
    ),
  ];
  return needs
    .filter(([user, { urn }]) => !user.dependsOn.includes(urn))
    .map(([user, { name, type }]) => `${user.name} (${user.type}) does not wait for ${name} (${type})`);
}

function findMissingPrograms(resources: Resources): string[] {
  const image = new Set(listBuildContext(repositoryRoot).map((file) => relative(repositoryRoot, file)));
  const tasks = listOf(resources, 'ecs:TaskDefinition').flatMap((task) => {
    const { name, entryPoint = [] } = readContainer(task);
    return entryPoint
      .filter((part) => part.endsWith('.ts') && !image.has(part))
      .map((part) => `The image has no ${part}, which ${name} starts`);
  });
  const functions = listOf(resources, 'lambda:Function').flatMap(({ name, inputs }) => {
    const [module = '', handler = ''] = String(inputs.handler).split('.');
    const file = `${(inputs.code as { path: string }).path}/${module}.mjs`;
    const exported = new RegExp(`export ?\\{[^}]*\\b${handler}\\b[^}]*\\}`);
    return existsSync(file) && exported.test(readFileSync(file, 'utf8').slice(-2_000))
      ? []
      : [`The bundle of ${name} has no handler ${inputs.handler}`];
  });
  return [...tasks, ...functions];
}

/** Without NAT a task needs an address of its own and a way out, to fetch its image; S3 is reached by endpoints. */
function findCutOffTasks(resources: Resources): string[] {
  const [vpc] = listOf(resources, 'awsx:ec2:Vpc');
  if (vpc === undefined) return [];
  const endpoints = (vpc.inputs.vpcEndpointSpecs as { serviceName: string; vpcEndpointType: string }[]).map(
    ({ serviceName, vpcEndpointType }) => `${vpcEndpointType} ${serviceName.split('.').at(-1)}`,
  );
  const services = listOf(resources, 'ecs:Service').map(
    ({ name, inputs: { networkConfiguration } }) =>
      ({ name, ...(networkConfiguration as object) }) as { name: string } & ServiceNetwork,
  );
  const groups = [
    ...services.flatMap(({ securityGroups }) => securityGroups),
    String(findOf(resources, 'ec2:SecurityGroup', 'runner').outputs.id),
  ];
  const reachesAws = (group: string) =>
    listOf(resources, 'vpc:SecurityGroupEgressRule').some(
      ({ inputs }) =>
        inputs.securityGroupId === group &&
        inputs.cidrIpv4 === '0.0.0.0/0' &&
        inputs.fromPort === 443 &&
        inputs.toPort === 443,
    );
  return [
    ...expect(
      vpc.inputs.vpcEndpointStrategy,
      'Auto',
      'vpcEndpointStrategy, which gives endpoints their routes,',
    ),
    ...expect(endpoints.join(), 'Gateway s3,Gateway dynamodb', 'What has an endpoint'),
    ...services
      .filter(({ assignPublicIp }) => assignPublicIp !== true)
      .map(({ name }) => `Tasks of ${name} have no public address, and there is no NAT`),
    ...groups
      .filter((group) => !reachesAws(group))
      .map((group) => `Tasks in ${group} do not reach ECR, logs and SSM on 443`),
  ];
}

interface ServiceNetwork {
  readonly assignPublicIp?: boolean;
  readonly securityGroups: readonly string[];
}
