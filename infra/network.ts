import * as awsx from '@pulumi/awsx';
import * as pulumi from '@pulumi/pulumi';

export interface NetworkArgs {
  readonly region: string;
  readonly cidrBlock: string;
  readonly availabilityZones: number;
}

/**
 * Public subnets without NAT: tasks have addresses of their own, and S3 and DynamoDB are reached through gateway
 * endpoints, which cost nothing and keep downloads inside AWS.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Network', name, {}, options);
    const vpc = new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: args.cidrBlock,
        numberOfAvailabilityZones: args.availabilityZones,
        enableDnsHostnames: true,
        natGateways: { strategy: 'None' },
        subnetStrategy: 'Auto',
        subnetSpecs: [{ type: 'Public', name: 'public' }],
        // Auto gives the endpoints the routes of the subnets above.
        vpcEndpointStrategy: 'Auto',
        vpcEndpointSpecs: ['s3', 'dynamodb'].map((service) => ({
          serviceName: `com.amazonaws.${args.region}.${service}`,
          vpcEndpointType: 'Gateway',
        })),
      },
      { parent: this },
    );
    this.vpcId = vpc.vpcId;
    this.subnetIds = vpc.publicSubnetIds;
    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds });
  }
}
