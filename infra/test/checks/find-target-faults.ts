import { expect } from '../support/expect.ts';
import { findOf, listOf, type Resources, readContainer } from '../support/find-resource.ts';

/** What is there, but is not where others look for it. */
export function findTargetFaults(resources: Resources): string[] {
  return [...findWrongTargets(resources), ...findLostSignals(resources)];
}

/** Load balancers hand on to the container, runners are sent to where they may go, and scaling is the service's. */
function findWrongTargets(resources: Resources): string[] {
  const runner = listOf(resources, 'ecs:TaskDefinition').find(({ name }) => name === 'runner');
  if (runner === undefined) return [];
  const targetUrl = readContainer(runner).environment.find(({ name }) => name === 'TARGET_URL')?.value;
  const [service] = listOf(resources, 'ecs:Service');
  if (service === undefined) {
    const { functionUrl } = findOf(resources, 'lambda:FunctionUrl', 'service').outputs;
    return expect(`${targetUrl}/`, functionUrl, 'TARGET_URL of the runner');
  }
  const own = findOf(resources, 'lb:LoadBalancer', 'private');
  const world = findOf(resources, 'lb:LoadBalancer', 'public');
  const { name, portMappings = [] } = readContainer(findOf(resources, 'ecs:TaskDefinition', 'service'));
  const listened = portMappings.map(({ containerPort }) => containerPort).join();
  const cluster = findOf(resources, 'ecs:Cluster', 'cluster').outputs.name;
  return [
    ...expect(own.inputs.internal, true, 'internal of the load balancer private'),
    ...expect(world.inputs.internal ?? false, false, 'internal of the load balancer public'),
    ...expect(targetUrl, `http://${own.outputs.dnsName}`, 'TARGET_URL of the runner'),
    ...listOf(resources, 'lb:TargetGroup').flatMap((group) => [
      ...expect(group.inputs.targetType, 'ip', `The kind of targets of ${group.name}`),
      ...expect(String(group.inputs.port), listened, `The port of the target group ${group.name}`),
    ]),
    ...(service.inputs.loadBalancers as { containerName: string; containerPort: number }[]).flatMap((one) => [
      ...expect(one.containerName, name, 'The container behind a load balancer'),
      ...expect(String(one.containerPort), listened, 'The port behind a load balancer'),
    ]),
    ...listOf(resources, 'appautoscaling:Target').flatMap(({ inputs }) =>
      expect(inputs.resourceId, `service/${cluster}/${service.outputs.name}`, 'What is scaled'),
    ),
  ];
}

/** An alarm watches something that there is. */
function findLostSignals(resources: Resources): string[] {
  const known = new Set(resources.flatMap(({ outputs }) => Object.values(outputs)));
  return listOf(resources, 'cloudwatch:MetricAlarm').flatMap(({ name, inputs }) =>
    Object.entries(inputs.dimensions as Readonly<Record<string, string>>)
      .filter(([, value]) => !known.has(value))
      .map(([dimension, value]) => `The alarm ${name} watches ${dimension} ${value}, which is not there`),
  );
}
