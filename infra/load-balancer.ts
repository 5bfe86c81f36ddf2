import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { loadBalancerIdleSeconds } from '../contract/load-balancer.ts';
import { routes } from '../contract/routes.ts';
import type { Network } from './network.ts';
import type { SecurityGroup } from './security-group.ts';

export interface LoadBalancerArgs {
  readonly network: Network;
  readonly securityGroup: SecurityGroup;
  readonly isInternal: boolean;
  /** Null for plain HTTP. */
  readonly certificateArn: string | null;
  /** Under which it is reached where the certificate knows no other; null for its own name. */
  readonly domainName: string | null;
  readonly targetPort: number;
  readonly isProtected: boolean;
}

const drainSeconds = 300;

/**
 * A load balancer with one target group; a target group serves one load balancer. Whether a task lives is asked under
 * `/health/live`: under `/health/ready` S3's outage would replace every task.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly balancer: aws.lb.LoadBalancer;
  readonly targetGroup: aws.lb.TargetGroup;
  /** A service can be attached to the target group only when this is there. */
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: LoadBalancerArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:LoadBalancer', name, {}, options);
    const parent = { parent: this };
    const { network, certificateArn } = args;
    this.balancer = new aws.lb.LoadBalancer(
      name,
      {
        loadBalancerType: 'application',
        internal: args.isInternal,
        securityGroups: [args.securityGroup.id],
        subnets: network.subnetIds,
        idleTimeout: loadBalancerIdleSeconds,
        dropInvalidHeaderFields: true,
        enableDeletionProtection: args.isProtected,
      },
      { ...parent, protect: args.isProtected },
    );
    this.targetGroup = new aws.lb.TargetGroup(
      name,
      {
        vpcId: network.vpcId,
        targetType: 'ip',
        protocol: 'HTTP',
        port: args.targetPort,
        deregistrationDelay: drainSeconds,
        loadBalancingAlgorithmType: 'least_outstanding_requests',
        healthCheck: { path: routes.live, matcher: '200', interval: 30, timeout: 10, unhealthyThreshold: 10 },
      },
      parent,
    );
    this.listener = certificateArn === null ? this.#listen(name) : this.#listenSecurely(name, certificateArn);
    const scheme = certificateArn === null ? 'http' : 'https';
    this.url = pulumi.interpolate`${scheme}://${args.domainName ?? this.balancer.dnsName}`;
    this.registerOutputs({ url: this.url });
  }

  #listen(name: string): aws.lb.Listener {
    return new aws.lb.Listener(
      name,
      {
        loadBalancerArn: this.balancer.arn,
        port: 80,
        protocol: 'HTTP',
        defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.arn }],
      },
      { parent: this },
    );
  }

  #listenSecurely(name: string, certificateArn: string): aws.lb.Listener {
    const listener = new aws.lb.Listener(
      name,
      {
        loadBalancerArn: this.balancer.arn,
        port: 443,
        protocol: 'HTTPS',
        certificateArn,
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
        defaultActions: [{ type: 'forward', targetGroupArn: this.targetGroup.arn }],
      },
      { parent: this },
    );
    new aws.lb.Listener(
      `${name}-redirect`,
      {
        loadBalancerArn: this.balancer.arn,
        port: 80,
        protocol: 'HTTP',
        defaultActions: [
          { type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } },
        ],
      },
      { parent: this },
    );
    return listener;
  }
}
