import { findOf, listOf, type Resources, readContainer } from '../support/find-resource.ts';

/** Names that lead nowhere, and ways through the network that are closed. */
export function findLinkFaults(resources: Resources): string[] {
  return [...findDanglingRoles(resources), ...findStrangePlaces(resources), ...findClosedWays(resources)];
}

function findDanglingRoles(resources: Resources): string[] {
  const roles = new Map(listOf(resources, 'iam:Role').map(({ outputs }) => [outputs.arn, outputs.name]));
  const holders = new Set(listOf(resources, 'iam:RolePolicy').map(({ inputs }) => inputs.role));
  const users = [
    ...listOf(resources, 'ecs:TaskDefinition').flatMap(({ name, inputs }) => [
      { what: `The task role of ${name}`, arn: inputs.taskRoleArn },
      { what: `The execution role of ${name}`, arn: inputs.executionRoleArn },
    ]),
    ...listOf(resources, 'lambda:Function').map(({ name, inputs }) => ({
      what: `The role of the function ${name}`,
      arn: inputs.role,
    })),
  ];
  const unused = [...roles.keys()].filter((arn) => !users.some((user) => user.arn === arn));
  return [
    ...users
      .filter(({ arn }) => !holders.has(roles.get(arn)))
      .map(({ what, arn }) => `${what} holds no policy: ${arn}`),
    ...unused.map((arn) => `Nothing runs under ${arn}`),
  ];
}

/** Where the service starts runners is where the runners' own network, cluster and definition are. */
function findStrangePlaces(resources: Resources): string[] {
  const variables = readLaunchVariables(resources);
  if (variables === null) return [];
  const definition = findOf(resources, 'ecs:TaskDefinition', 'runner');
  const expected = {
    RUNNER_CLUSTER: findOf(resources, 'ecs:Cluster', 'cluster').outputs.name,
    RUNNER_TASK_FAMILY: definition.inputs.family,
    RUNNER_CONTAINER: readContainer(definition).name,
    RUNNER_SUBNETS: listSubnets(resources).join(','),
    RUNNER_SECURITY_GROUPS: findOf(resources, 'ec2:SecurityGroup', 'runner').outputs.id,
  };
  return Object.entries(expected)
    .filter(([name, value]) => variables[name] !== value)
    .map(([name, value]) => `${name} is ${variables[name]}; what there is: ${value}`);
}

function readLaunchVariables(resources: Resources): Readonly<Record<string, string>> | null {
  const [lambda] = listOf(resources, 'lambda:Function');
  if (lambda) return (lambda.inputs.environment as { variables: Record<string, string> }).variables;
  const task = listOf(resources, 'ecs:TaskDefinition').find(({ name }) => name === 'service');
  return task
    ? Object.fromEntries(readContainer(task).environment.map(({ name, value }) => [name, value]))
    : null;
}

function listSubnets(resources: Resources): readonly string[] {
  return findOf(resources, 'awsx:ec2:Vpc', 'network').outputs.publicSubnetIds as string[];
}

/** From the runners to the internal load balancer, from both load balancers to the tasks, all in the same subnets. */
function findClosedWays(resources: Resources): string[] {
  const [service] = listOf(resources, 'ecs:Service');
  if (!service) return [];
  const subnets = listSubnets(resources).join(',');
  const { securityGroups: taskGroups, subnets: taskSubnets } = service.inputs.networkConfiguration as {
    securityGroups: string[];
    subnets: string[];
  };
  const balancers = listOf(resources, 'lb:LoadBalancer');
  const groupsOf = (name: string) =>
    findOf(resources, 'lb:LoadBalancer', name).inputs.securityGroups as string[];
  const runnerGroups = [String(findOf(resources, 'ec2:SecurityGroup', 'runner').outputs.id)];
  const ways = [
    { from: 'runner', to: 'private', sources: runnerGroups, targets: groupsOf('private'), port: 80 },
    { from: 'private', to: 'service', sources: groupsOf('private'), targets: taskGroups, port: 8080 },
    { from: 'public', to: 'service', sources: groupsOf('public'), targets: taskGroups, port: 8080 },
  ];
  const attached = (service.inputs.loadBalancers as { targetGroupArn: string }[]).map(
    ({ targetGroupArn }) => targetGroupArn,
  );
  return [
    ...balancers
      .filter(({ inputs }) => (inputs.subnets as string[]).join(',') !== subnets)
      .map(({ name }) => `The load balancer ${name} is in other subnets than ${subnets}`),
    ...(taskSubnets.join(',') === subnets
      ? []
      : [`The service is in the subnets ${taskSubnets}, not ${subnets}`]),
    ...ways
      .filter((way) => !isOpen(resources, way))
      .map(({ from, to, port }) => `From ${from} one does not reach ${to} on ${port}`),
    ...listOf(resources, 'lb:TargetGroup')
      .filter(({ outputs }) => !attached.includes(String(outputs.arn)))
      .map(({ name }) => `No task is behind the target group ${name}`),
  ];
}

function isOpen(
  resources: Resources,
  { sources, targets, port }: { sources: readonly string[]; targets: readonly string[]; port: number },
): boolean {
  const has = (type: string, own: readonly string[], others: readonly string[]) =>
    listOf(resources, type).some(
      ({ inputs }) =>
        own.includes(String(inputs.securityGroupId)) &&
        others.includes(String(inputs.referencedSecurityGroupId)) &&
        inputs.fromPort === port &&
        inputs.toPort === port,
    );
  return (
    has('vpc:SecurityGroupEgressRule', sources, targets) &&
    has('vpc:SecurityGroupIngressRule', targets, sources)
  );
}
