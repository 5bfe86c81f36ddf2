import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import services from '@pulumi/pulumi/proto/analyzer_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/analyzer_pb.js';
import { execa } from 'execa';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../policies/rules.ts';
import type { RecordedResource } from '../preview/monitor-server.ts';
import { repositoryRoot } from '../preview/repository-root.ts';
import { findPolicyFaults } from './checks/find-policy-faults.ts';

const test = suite('policies');

/** For each rule, what breaks it, and nothing else. */
const breaches: Readonly<Record<string, readonly RecordedResource[]>> = {
  'bucket-is-complete': [resource('aws:s3/bucket:Bucket', {})],
  'public-access-is-blocked': [
    resource('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
    }),
  ],
  'bucket-asks-for-tls': [
    resource('aws:s3/bucketPolicy:BucketPolicy', {
      policy: document({ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }),
    }),
  ],
  'table-can-be-restored': [resource('aws:dynamodb/table:Table', { serverSideEncryption: { enabled: true } })],
  'logs-end': [resource('aws:cloudwatch/logGroup:LogGroup', { retentionInDays: 0 })],
  'secrets-are-encrypted': [resource('aws:ssm/parameter:Parameter', { type: 'String' })],
  'allow-names-what-it-allows': [
    resource('aws:iam/rolePolicy:RolePolicy', {
      policy: document({ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::models/*'] }),
    }),
  ],
  'role-is-taken-by-a-service': [
    resource('aws:iam/role:Role', {
      assumeRolePolicy: document({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
    }),
  ],
  'open-to-all-is-the-public-load-balancer': [
    resource('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', {
      securityGroupId: 'sg-0123abcd',
      cidrIpv6: '::/0',
      fromPort: 443,
      toPort: 443,
    }),
  ],
  'groups-have-rules-of-their-own': [resource('aws:ec2/securityGroup:SecurityGroup', { ingress: [] })],
  'load-balancer-waits': [
    resource('aws:lb/loadBalancer:LoadBalancer', { idleTimeout: 60, dropInvalidHeaderFields: true }),
  ],
  'health-is-life': [resource('aws:lb/targetGroup:TargetGroup', { healthCheck: { path: '/health/ready' } })],
  'https-is-new': [
    resource('aws:lb/listener:Listener', { protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-2016-08' }),
  ],
  'fargate-offers-the-size': [task({ cpu: '256', memory: '4096' })],
  'container-is-closed': [task({ environment: [{ name: 'TRIGGER_TOKEN', value: 'x' }] })],
  'function-streams': [
    resource('aws:lambda/function:Function', {
      timeout: 30,
      environment: { variables: { DELIVERY: 'streamed' } },
    }),
  ],
  'function-url-streams': [resource('aws:lambda/functionUrl:FunctionUrl', {})],
  'image-tags-stay': [resource('aws:ecr/repository:Repository', {})],
  'image-tag-is-content': [resource('docker-build:index:Image', { tags: ['repository:latest'] })],
};

test('each rule is broken by a resource that breaks no other', async () => {
  assert.equal(
    Object.keys(breaches),
    rules.map(({ name }) => name),
  );
  for (const [name, resources] of Object.entries(breaches)) {
    const faults = await findPolicyFaults(resources);
    assert.ok(faults.length > 0, `${name} finds nothing`);
    for (const fault of faults) assert.ok(fault.startsWith(`${name}: broken `), fault);
  }
});

test('what awsx makes is judged, as its components tell a policy pack nothing', async () => {
  const image = { repositoryUrl: 'repository', imageTag: 'latest' };
  assert.equal(
    await findPolicyFaults([resource('awsx:ecr:Repository', {}), resource('awsx:ecr:Image', image)]),
    [
      'image-tags-stay: broken has tags that can be moved.',
      'image-tag-is-content: broken is tagged repository:latest.',
    ],
  );
});

test('an Allow may say what is below a named thing, and the two actions without a resource', async () => {
  const judge = (statement: object) =>
    findPolicyFaults([resource('aws:iam/rolePolicy:RolePolicy', { policy: document(statement) })]);
  const allow = (Action: string, Resource: string, more = {}) =>
    judge({ Effect: 'Allow', Action, Resource, ...more });
  assert.equal(await allow('s3:GetObject', 'arn:aws:s3:::models/performance/*'), []);
  assert.equal(await allow('ecs:RunTask', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/runner:*'), []);
  assert.equal(await allow('ecr:GetAuthorizationToken', '*'), []);
  const inCluster = {
    Condition: { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:eu-west-1:123456789012:cluster/c' } },
  };
  assert.equal(await allow('ecs:ListTasks', '*', inCluster), []);
  for (const faults of await Promise.all([
    allow('ecs:ListTasks', '*'),
    allow('ecs:StopTask', '*', inCluster),
    allow('s3:*', 'arn:aws:s3:::models/performance/*'),
    allow('ecs:StopTask', 'arn:aws:ecs:eu-west-1:123456789012:task/*'),
    allow('iam:PassRole', 'arn:aws:iam::123456789012:role/*'),
    allow('s3:GetObject', 'arn:aws:s3:::*/performance/x'),
    judge({ Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::models' }),
  ])) {
    assert.is(faults.length, 1, faults.join());
  }
});

test('the pack is started by Pulumi’s own host and finds a breach over its protocol', async () => {
  const runPack = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run-policy-pack/index.js');
  const host = execa(process.execPath, [runPack, '127.0.0.1:0', `${repositoryRoot}infra/policies`], {
    cwd: `${repositoryRoot}infra/policies`,
    reject: false,
  });
  try {
    let port = '';
    for await (const line of createInterface(host.stdout)) {
      port = line;
      break;
    }
    const client = new services.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const request = new messages.AnalyzeRequest();
    request.setType('aws:cloudwatch/logGroup:LogGroup');
    request.setName('service');
    request.setUrn('urn:pulumi:dev::modelrig::aws:cloudwatch/logGroup:LogGroup::service');
    const options = new messages.AnalyzerResourceOptions();
    options.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
    request.setOptions(options);
    request.setProperties(struct.Struct.fromJavaScript({}));
    const { promise, resolve, reject } = Promise.withResolvers<messages.AnalyzeResponse>();
    client.analyze(request, (error, response) => (error ? reject(error) : resolve(response)));
    const found = (await promise).getDiagnosticsList();
    client.close();
    assert.equal(
      found.map((diagnostic) => [diagnostic.getPolicyname(), diagnostic.getEnforcementlevel()]),
      [['logs-end', messages.EnforcementLevel.MANDATORY]],
    );
    assert.match(found[0]?.getMessage() ?? '', /service keeps its logs for ever/);
  } finally {
    host.kill('SIGKILL');
    await host;
  }
});

function resource(type: string, inputs: Readonly<Record<string, unknown>>): RecordedResource {
  return {
    type,
    name: 'broken',
    urn: 'urn',
    parent: 'parent',
    isCustom: true,
    isProtected: false,
    dependsOn: [],
    inputs,
    outputs: {},
  };
}

function task({ cpu = '1024', memory = '2048', environment = [] as readonly object[] }): RecordedResource {
  const container = { name: 'broken', image: 'image', readonlyRootFilesystem: true, environment };
  return resource('aws:ecs/taskDefinition:TaskDefinition', {
    cpu,
    memory,
    containerDefinitions: JSON.stringify([container]),
  });
}

function document(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

test.run();
