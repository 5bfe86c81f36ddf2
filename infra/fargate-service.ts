import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentOf } from '../contract/environment.ts';
import { routes } from '../contract/routes.ts';
import type { Config } from './config.ts';
import { ContainerTask } from './container-task.ts';
import { LoadBalancer } from './load-balancer.ts';
import type { Network } from './network.ts';
import { serviceStatements } from './permissions/service.ts';
import type { RunnerPlace } from './runner-place.ts';
import { SecurityGroup } from './security-group.ts';
import { deliveryVariables, storeVariables } from './service-variables.ts';
import type { Signal } from './signal.ts';
import type { Storage } from './storage.ts';
import { TaskIdentity } from './task-identity.ts';
import type { TaskPlatform } from './task-platform.ts';
import type { TriggerToken } from './trigger-token.ts';

export interface FargateServiceArgs {
  readonly config: Config;
  readonly platform: TaskPlatform;
  readonly network: Network;
  readonly storage: Storage;
  readonly token: TriggerToken;
  readonly runners: RunnerPlace;
}

const port = 8080;
const cpuTargetPercent = 60;

/**
 * The service as tasks behind two load balancers: one for the world, and one inside the network for the runners, whose
 * traffic to public addresses would come from addresses that no rule knows.
 */
export class FargateService extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  /** Of the public load balancer, for a CNAME. */
  readonly loadBalancerHost: pulumi.Output<string>;
  /** Where runners find it. */
  readonly targetUrl: pulumi.Output<string>;
  readonly signals: readonly Signal[];

  constructor(name: string, args: FargateServiceArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:FargateService', name, {}, options);
    const parent = { parent: this };
    const { config, platform, network, storage, token, runners } = args;
    const { vpcId } = network;
    const isProtected = config.prod;

    const tasks = new SecurityGroup(name, { vpcId, description: 'Service tasks' }, parent);
    const outside = new SecurityGroup('public', { vpcId, description: 'Load balancer for the world' }, parent);
    const inside = new SecurityGroup('private', { vpcId, description: 'Load balancer for runners' }, parent);
    for (const openPort of config.certificateArn === null ? [80] : [80, 443]) {
      for (const cidr of config.allowedCidrs) outside.letIn(`${cidr}-${openPort}`, { cidr }, openPort);
    }
    outside.letOut(name, { group: tasks }, port);
    inside.letIn('runner', { group: runners.securityGroup }, 80).letOut(name, { group: tasks }, port);
    runners.securityGroup.letOut('private', { group: inside }, 80);
    tasks.letIn('public', { group: outside }, port).letIn('private', { group: inside }, port).letOutToAws();

    const balance = { network, targetPort: port, isProtected };
    const { certificateArn, domainName } = config;
    const world = new LoadBalancer(
      'public',
      { ...balance, securityGroup: outside, isInternal: false, certificateArn, domainName },
      parent,
    );
    // AWS refuses names that begin with internal-.
    const own = new LoadBalancer(
      'private',
      { ...balance, securityGroup: inside, isInternal: true, certificateArn: null, domainName: null },
      parent,
    );

    const identity = new TaskIdentity(
      name,
      {
        platform,
        statements: serviceStatements(storage, runners),
        parameterArns: [token.parameterArn],
      },
      parent,
    );
    const environment: Omit<EnvironmentOf<'service', 'fargate', pulumi.Input<string>>, 'TRIGGER_TOKEN'> = {
      COMPUTE_BACKEND: 'fargate',
      HOST: '0.0.0.0',
      PORT: String(port),
      ...storeVariables(storage),
      ...deliveryVariables(config),
      ...(config.workers === null ? {} : { WORKERS: String(config.workers) }),
      ...runners.launchVariables,
    };
    const secrets: Pick<EnvironmentOf<'service', 'fargate', pulumi.Input<string>>, 'TRIGGER_TOKEN'> = {
      TRIGGER_TOKEN: token.parameterArn,
    };
    const task = new ContainerTask(
      name,
      {
        platform,
        identity,
        family: `${pulumi.getProject()}-${pulumi.getStack()}-service`,
        size: config.serviceSize,
        environment,
        secrets,
        listens: { port, livePath: routes.live },
      },
      parent,
    );

    const service = new aws.ecs.Service(
      name,
      {
        cluster: runners.clusterArn,
        taskDefinition: task.definition.arn,
        launchType: 'FARGATE',
        desiredCount: config.serviceTasks.min,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        healthCheckGracePeriodSeconds: 60,
        waitForSteadyState: true,
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [tasks.id],
          assignPublicIp: true,
        },
        loadBalancers: [world, own].map(({ targetGroup }) => ({
          targetGroupArn: targetGroup.arn,
          containerName: identity.name,
          containerPort: port,
        })),
        propagateTags: 'SERVICE',
        enableEcsManagedTags: true,
      },
      // How many there are is the scaling's to say.
      { ...parent, dependsOn: [world.listener, own.listener], ignoreChanges: ['desiredCount'] },
    );
    scale(name, { runners, service, tasks: config.serviceTasks }, parent);

    this.url = world.url;
    this.loadBalancerHost = world.balancer.dnsName;
    this.targetUrl = own.url;
    this.signals = listSignals({ service, runners, world });
    this.registerOutputs({ url: this.url, targetUrl: this.targetUrl });
  }
}

function scale(
  name: string,
  given: { runners: RunnerPlace; service: aws.ecs.Service; tasks: Config['serviceTasks'] },
  parent: pulumi.CustomResourceOptions,
): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${given.runners.cluster.name}/${given.service.name}`,
      minCapacity: given.tasks.min,
      maxCapacity: given.tasks.max,
    },
    parent,
  );
  new aws.appautoscaling.Policy(
    name,
    {
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        targetValue: cpuTargetPercent,
      },
    },
    parent,
  );
}

function listSignals(given: { service: aws.ecs.Service; runners: RunnerPlace; world: LoadBalancer }): Signal[] {
  const { service, runners, world } = given;
  const balancer = { LoadBalancer: world.balancer.arnSuffix };
  const group = { ...balancer, TargetGroup: world.targetGroup.arnSuffix };
  const tasks = { ClusterName: runners.cluster.name, ServiceName: service.name };
  const applicationElb = { namespace: 'AWS/ApplicationELB' } as const;
  return [
    { name: 'requests', ...applicationElb, metric: 'RequestCount', statistic: 'Sum', dimensions: balancer },
    { name: 'bytes', ...applicationElb, metric: 'ProcessedBytes', statistic: 'Sum', dimensions: balancer },
    {
      name: 'first-byte',
      ...applicationElb,
      metric: 'TargetResponseTime',
      statistic: 'p99',
      dimensions: balancer,
    },
    {
      name: 'errors-of-service',
      ...applicationElb,
      metric: 'HTTPCode_Target_5XX_Count',
      statistic: 'Sum',
      dimensions: balancer,
      alarmAbove: 10,
    },
    {
      name: 'errors-of-load-balancer',
      ...applicationElb,
      metric: 'HTTPCode_ELB_5XX_Count',
      statistic: 'Sum',
      dimensions: balancer,
      alarmAbove: 10,
    },
    {
      name: 'unhealthy-tasks',
      ...applicationElb,
      metric: 'UnHealthyHostCount',
      statistic: 'Maximum',
      dimensions: group,
      alarmAbove: 0,
    },
    { name: 'cpu', namespace: 'AWS/ECS', metric: 'CPUUtilization', statistic: 'Average', dimensions: tasks },
    {
      name: 'memory',
      namespace: 'AWS/ECS',
      metric: 'MemoryUtilization',
      statistic: 'Maximum',
      dimensions: tasks,
      alarmAbove: 90,
    },
  ];
}
