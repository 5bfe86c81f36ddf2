import { createHash } from 'node:crypto';

export interface ResourceToInvent {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
}

type Outputs = Readonly<Record<string, unknown>>;

const account = '123456789012';
/** How Pulumi marks a secret on the wire. */
export const secretMark = {
  key: '4dabf18193072939515e22adb298388d',
  value: '1b47061264138c4ac30d75fd1eb44270',
};

/**
 * What AWS would have told of a resource, as far as the program asks.
 * @throws {Error} for a type that is not in the table, so that nothing stays open unnoticed.
 */
export function inventOutputs(resource: ResourceToInvent): Outputs {
  const invent = table[resource.type];
  if (!invent) throw new Error(`Nothing is invented for ${resource.type}: add it to invent-outputs.ts.`);
  return invent(resource);
}

/** Physical names get a suffix, as Pulumi's own do. */
const named = ({ name, inputs }: ResourceToInvent) => String(inputs.name ?? `${name}-0a1b2c3`);
const digits = (text: string, length: number) =>
  createHash('sha256').update(text).digest('hex').slice(0, length);
const idOf = (prefix: string) => (resource: ResourceToInvent) => ({
  id: `${prefix}-${digits(resource.type + resource.name, 17)}`,
});
const arnOf = ({ region }: ResourceToInvent, service: string, rest: string) =>
  `arn:aws:${service}:${region}:${account}:${rest}`;
const nothingButId = (resource: ResourceToInvent) => ({ id: named(resource) });

const table: Readonly<Record<string, (resource: ResourceToInvent) => Outputs>> = {
  'aws:s3/bucket:Bucket': (resource) => {
    const bucket = `${resource.inputs.bucketPrefix}0a1b2c3`;
    return { id: bucket, bucket, arn: `arn:aws:s3:::${bucket}` };
  },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': nothingButId,
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': nothingButId,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': nothingButId,
  'aws:s3/bucketVersioning:BucketVersioning': nothingButId,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': nothingButId,
  'aws:s3/bucketPolicy:BucketPolicy': nothingButId,
  'aws:dynamodb/table:Table': (resource) => {
    const name = named(resource);
    return { id: name, name, arn: arnOf(resource, 'dynamodb', `table/${name}`) };
  },
  'aws:iam/role:Role': (resource) => {
    const name = named(resource);
    return { id: name, name, arn: `arn:aws:iam::${account}:role/${name}` };
  },
  'aws:iam/rolePolicy:RolePolicy': (resource) => ({ id: `${resource.inputs.role}:${named(resource)}` }),
  'aws:cloudwatch/logGroup:LogGroup': (resource) => {
    const name = named(resource);
    return { id: name, name, arn: arnOf(resource, 'logs', `log-group:${name}`) };
  },
  'aws:cloudwatch/dashboard:Dashboard': ({ inputs }) => ({ id: inputs.dashboardName }),
  'aws:cloudwatch/metricAlarm:MetricAlarm': nothingButId,
  'aws:ssm/parameter:Parameter': (resource) => ({
    id: resource.inputs.name,
    arn: arnOf(resource, 'ssm', `parameter${resource.inputs.name}`),
  }),
  'aws:ec2/securityGroup:SecurityGroup': idOf('sg'),
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': idOf('sgr'),
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': idOf('sgr'),
  'aws:ecs/cluster:Cluster': (resource) => {
    const name = named(resource);
    const arn = arnOf(resource, 'ecs', `cluster/${name}`);
    return { id: arn, name, arn };
  },
  'aws:ecs/taskDefinition:TaskDefinition': (resource) => {
    const { family } = resource.inputs;
    const arnWithoutRevision = arnOf(resource, 'ecs', `task-definition/${family}`);
    return { id: family, arn: `${arnWithoutRevision}:1`, arnWithoutRevision, revision: 1 };
  },
  'aws:ecs/service:Service': (resource) => {
    const name = named(resource);
    return { id: arnOf(resource, 'ecs', `service/cluster/${name}`), name };
  },
  'aws:appautoscaling/target:Target': ({ inputs }) => ({ id: inputs.resourceId }),
  'aws:appautoscaling/policy:Policy': nothingButId,
  'aws:lb/loadBalancer:LoadBalancer': (resource) => {
    const arnSuffix = `app/${named(resource)}/${digits(resource.name, 16)}`;
    const arn = arnOf(resource, 'elasticloadbalancing', `loadbalancer/${arnSuffix}`);
    const scheme = resource.inputs.internal === true ? 'internal-' : '';
    const dnsName = `${scheme}${named(resource)}-1234567890.${resource.region}.elb.amazonaws.com`;
    return { id: arn, arn, arnSuffix, dnsName };
  },
  'aws:lb/targetGroup:TargetGroup': (resource) => {
    const arnSuffix = `targetgroup/${named(resource)}/${digits(resource.name, 16)}`;
    const arn = arnOf(resource, 'elasticloadbalancing', arnSuffix);
    return { id: arn, arn, arnSuffix };
  },
  'aws:lb/listener:Listener': (resource) => {
    const arn = arnOf(resource, 'elasticloadbalancing', `listener/app/${named(resource)}`);
    return { id: arn, arn };
  },
  'aws:lambda/function:Function': (resource) => {
    const name = named(resource);
    return { id: name, name, arn: arnOf(resource, 'lambda', `function:${name}`) };
  },
  'aws:lambda/functionUrl:FunctionUrl': ({ inputs, region }) => ({
    id: inputs.functionName,
    functionUrl: `https://${digits(String(inputs.functionName), 32)}.lambda-url.${region}.on.aws/`,
  }),
  'random:index/randomPassword:RandomPassword': ({ inputs }) => ({
    id: 'none',
    result: { [secretMark.key]: secretMark.value, value: 'x'.repeat(Number(inputs.length)) },
  }),
  'awsx:ec2:Vpc': ({ name, inputs }) => ({
    vpcId: `vpc-${digits(name, 17)}`,
    publicSubnetIds: Array.from(
      { length: Number(inputs.numberOfAvailabilityZones) },
      (_, zone) => `subnet-${digits(`${name}-${zone}`, 17)}`,
    ),
  }),
  'awsx:ecr:Repository': (resource) => ({
    url: `${account}.dkr.ecr.${resource.region}.amazonaws.com/${named(resource)}`,
  }),
  'awsx:ecr:Image': ({ inputs }) => ({
    imageUri: `${inputs.repositoryUrl}@sha256:${digits(String(inputs.imageTag), 64)}`,
  }),
};
