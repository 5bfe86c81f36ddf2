import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

type Peer = { readonly group: SecurityGroup } | { readonly cidr: string };

/** A security group to and from which nothing passes but what is opened. */
export class SecurityGroup extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly #name: string;

  constructor(
    name: string,
    args: { readonly vpcId: pulumi.Input<string>; readonly description: string },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('modelrig:infra:SecurityGroup', name, {}, options);
    this.#name = name;
    this.id = new aws.ec2.SecurityGroup(name, { ...args, revokeRulesOnDelete: true }, { parent: this }).id;
    this.registerOutputs({ id: this.id });
  }

  /** Lets a peer in on a port, under a name that is unique in the group. */
  letIn(peerName: string, peer: Peer, port: number): this {
    new aws.vpc.SecurityGroupIngressRule(`${this.#name}-from-${peerName}`, this.#describe(peer, port), {
      parent: this,
    });
    return this;
  }

  letOut(peerName: string, peer: Peer, port: number): this {
    new aws.vpc.SecurityGroupEgressRule(`${this.#name}-to-${peerName}`, this.#describe(peer, port), {
      parent: this,
    });
    return this;
  }

  /** HTTPS to anywhere: ECR, logs and SSM are behind no free endpoint. */
  letOutToAws(): this {
    return this.letOut('aws', { cidr: '0.0.0.0/0' }, 443);
  }

  #describe(peer: Peer, port: number) {
    const other = 'cidr' in peer ? { cidrIpv4: peer.cidr } : { referencedSecurityGroupId: peer.group.id };
    return { securityGroupId: this.id, ipProtocol: 'tcp', fromPort: port, toPort: port, ...other };
  }
}
