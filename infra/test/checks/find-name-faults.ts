import { listOf, type Resources } from '../support/find-resource.ts';

/**
 * Names that AWS, or its provider, would refuse. Sources: the API references of Elastic Load Balancing, EC2, ECS, S3 and
 * CloudWatch; bucket prefixes by the provider, which adds 26 characters.
 */
export function findNameFaults(resources: Resources): string[] {
  const check = (type: string, read: (resource: Resources[number]) => unknown, allowed: RegExp) =>
    listOf(resources, type)
      .map(read)
      .filter((name) => !allowed.test(String(name)))
      .map((name) => `AWS refuses "${name}" as ${type}`);
  const invented = ({ outputs }: Resources[number]) => outputs.name;
  return [
    ...check('lb:LoadBalancer', readBalancerName, /^(?!internal-)[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$/),
    ...check('lb:TargetGroup', readBalancerName, /^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$/),
    ...check('s3:Bucket', ({ inputs }) => inputs.bucketPrefix, /^[a-z0-9][a-z0-9-]{0,36}$/),
    ...check('iam:Role', invented, /^[\w+=,.@-]{1,64}$/),
    ...check('dynamodb:Table', invented, /^[\w.-]{3,255}$/),
    ...check('ecs:Cluster', invented, /^[\w-]{1,255}$/),
    ...check('ecs:TaskDefinition', ({ inputs }) => inputs.family, /^[\w-]{1,255}$/),
    ...check('cloudwatch:LogGroup', invented, /^(?!aws\/)[\w./#-]{1,512}$/),
    ...check('cloudwatch:Dashboard', ({ inputs }) => inputs.dashboardName, /^[\w-]{1,255}$/),
    ...check('ssm:Parameter', ({ inputs }) => inputs.name, /^\/(?!aws|ssm)[\w./-]{1,1010}$/i),
    ...check(
      'ec2:SecurityGroup',
      ({ inputs }) => inputs.description,
      /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
    ),
  ];
}

/** `app/<name>/<id>` and `targetgroup/<name>/<id>` */
function readBalancerName({ outputs }: Resources[number]): unknown {
  return String(outputs.arnSuffix).split('/')[1];
}
