import { glob } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Preview } from '../preview/preview-stack.ts';
import { previewStack } from '../preview/preview-stack.ts';
import { readStackFile } from '../preview/read-stack-file.ts';
import { repositoryRoot } from '../preview/repository-root.ts';
import { brokenResources } from './broken-resources.ts';
import { findFaults } from './checks/find-faults.ts';
import { findOf, listOf } from './support/find-resource.ts';
import { type Backend, plainValues, previewKnown } from './support/stacks.ts';

const test = suite('stacks');
const backends: readonly Backend[] = ['fargate', 'lambda', 'local'];
const stacks = new Map<Backend, Preview>();
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0123';

test.before(async () => {
  for (const backend of backends) stacks.set(backend, await previewKnown(backend));
});

for (const backend of backends) {
  test(`${backend}: nothing is open, unlinked, unprotected or against the rules`, async () => {
    assert.equal(await findFaults(find(backend).resources), []);
  });

  test(`${backend}: a first preview, which knows nothing from AWS, declares the same resources`, async () => {
    const preview = await previewStack({
      stack: 'dev',
      mode: 'unknown',
      values: plainValues,
      env: { COMPUTE_BACKEND: backend },
    });
    assert.equal(
      preview.resources.map(({ urn }) => urn),
      find(backend).resources.map(({ urn }) => urn),
    );
  });
}

for (const { what, backend, type, name, change, fault } of brokenResources) {
  test(`it does not pass unnoticed when ${what}`, async () => {
    const { resources } = find(backend);
    const broken = findOf(resources, type, name);
    const changed = resources.map((one) => (one === broken ? { ...one, ...change(one) } : one));
    assert.match((await findFaults(changed)).join('\n'), fault);
  });
}

test('a stack for production is protected in all that would be lost', async () => {
  const { resources, warnings, outputs } = await previewKnown('fargate', {
    'modelrig:prod': 'true',
    'modelrig:certificateArn': certificateArn,
    'modelrig:domainName': 'models.example.com',
    'modelrig:allowedCidrs': '["0.0.0.0/0"]',
    'modelrig:architecture': 'x86_64',
    'modelrig:availabilityZones': '3',
    'modelrig:alarmTopicArn': 'arn:aws:sns:eu-west-1:123456789012:alarms',
    'modelrig:permissionsBoundary': 'arn:aws:iam::123456789012:policy/boundary',
    'modelrig:downloadConcurrency': '32',
  });
  assert.equal(await findFaults(resources, { prod: true }), []);
  assert.equal(warnings, []);
  assert.is(outputs.serviceUrl, 'https://models.example.com');
  assert.match(String(outputs.loadBalancerHost), /amazonaws/);
  assert.is(
    listOf(resources, 'lb:Listener').find(({ name }) => name === 'public')?.inputs.certificateArn,
    certificateArn,
  );
  const redirect = findOf(resources, 'lb:Listener', 'public-redirect').inputs.defaultActions;
  assert.match(
    JSON.stringify(redirect),
    /"redirect":\{"port":"443","protocol":"HTTPS","statusCode":"HTTP_301"\}/,
  );
  for (const { name, inputs } of listOf(resources, 'iam:Role')) {
    assert.is(inputs.permissionsBoundary, 'arn:aws:iam::123456789012:policy/boundary', name);
  }
});

test('an image that exists is used, and none is built', async () => {
  const imageUri = `210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/modelrig@sha256:${'0'.repeat(64)}`;
  const { resources } = await previewKnown('lambda', { 'modelrig:imageUri': imageUri });
  assert.equal(await findFaults(resources), []);
  assert.equal(listOf(resources, 'awsx:ecr:Image'), []);
  const policy = String(findOf(resources, 'iam:RolePolicy', 'runner-execution').inputs.policy);
  assert.match(policy, /arn:aws:ecr:eu-west-1:210987654321:repository\/team\/modelrig"/);
});

test('who reaches the service is warned of, and no rule opens it without being told to', async () => {
  assert.match(find('fargate').warnings.join(), /plain HTTP to 203\.0\.113\.0\/24/);
  const closed = await previewKnown('fargate', { 'modelrig:allowedCidrs': '[]' });
  assert.match(closed.warnings.join(), /nobody outside reaches the service/);
  const open = listOf(closed.resources, 'vpc:SecurityGroupIngressRule').filter(({ inputs }) => inputs.cidrIpv4);
  assert.equal(open, []);
});

test('the faults of a configuration are told together and before any resource', async () => {
  try {
    await previewKnown('fargate', {
      'modelrig:prod': 'perhaps',
      'modelrig:certificate': 'x',
      'aws:region': '',
    });
    assert.unreachable();
  } catch (error) {
    const { message } = error as Error;
    assert.match(message, /3 faults/);
    assert.match(message, /aws:region is not set/);
    assert.match(message, /prod is "perhaps"; allowed: true, false/);
    assert.match(message, /certificate is no setting; known: computeBackend, /);
  }
});

test('every committed stack file can be previewed and holds neither secrets nor a salt for them', async () => {
  const files: string[] = [];
  for await (const file of glob('Pulumi.*.yaml', { cwd: repositoryRoot })) files.push(file);
  assert.ok(files.includes('Pulumi.dev.yaml'));
  for (const file of files) {
    const stack = file.split('.')[1] ?? '';
    const values = await readStackFile(stack);
    const { resources } = await previewStack({ stack, values, mode: 'known' });
    assert.equal(await findFaults(resources, { prod: values['modelrig:prod'] === 'true' }), [], file);
    assert.ok(values['aws:defaultTags'], `${file} tags nothing`);
    assert.not(
      Object.keys(values).some((key) => /salt|secure/i.test(key)),
      file,
    );
  }
});

test('from fargate to lambda only the service and what knows it changes', () => {
  const describe = (backend: Backend) =>
    new Map(
      find(backend).resources.map(({ urn, inputs, isProtected }) => [
        urn,
        JSON.stringify([inputs, isProtected]),
      ]),
    );
  const fargate = describe('fargate');
  const lambda = describe('lambda');
  const isOfService = (urn: string) => /FargateService|LambdaService/.test(urn);
  const isOfDashboard = (urn: string) => urn.includes('Observability');
  for (const [urn, described] of fargate) {
    if (isOfService(urn) || isOfDashboard(urn) || knowsTheService(urn)) continue;
    assert.is(lambda.get(urn), described, urn);
  }
  for (const urn of lambda.keys()) {
    assert.ok(fargate.has(urn) || isOfService(urn) || isOfDashboard(urn), urn);
  }
  // The runner is told another address, and lets itself out to the internal load balancer of Fargate alone.
  function knowsTheService(urn: string): boolean {
    return /ContainerTask\$aws:ecs\/taskDefinition:TaskDefinition::runner$|::runner-to-private$/.test(urn);
  }
});

test('a switch of the backend makes nothing under a name that what it replaces still has', () => {
  const names = (backend: Backend) =>
    new Map(
      find(backend)
        .resources.filter(({ inputs }) => listFixedNames(inputs).length > 0)
        .map(({ urn, type, inputs }) => [`${type} ${listFixedNames(inputs)}`, urn]),
    );
  const fargate = names('fargate');
  const taken = [...names('lambda')].filter(([name, urn]) => (fargate.get(name) ?? urn) !== urn);
  assert.equal(taken, []);

  // Where a resource is named by the program, nothing tells two of them apart.
  function listFixedNames({ name, family, dashboardName }: Readonly<Record<string, unknown>>) {
    return [name, family, dashboardName].filter((given) => given !== undefined);
  }
});

test('local is the stores of the other two and nothing else', () => {
  const describe = (backend: Backend) =>
    find(backend)
      .resources.filter(({ urn }) => urn.includes('infra:Storage'))
      .map(({ urn, inputs }) => [urn, inputs]);
  assert.equal(describe('local'), describe('fargate'));
  assert.equal(describe('local'), describe('lambda'));
  assert.is(find('local').resources.length, describe('local').length);
});

test('a person is told what to type next', () => {
  assert.equal(Object.keys(find('local').outputs).sort(), [
    'exportStores',
    'modelsBucket',
    'modelsTable',
    'populateFromHere',
    'runsBucket',
    'runsTable',
  ]);
  for (const backend of ['fargate', 'lambda'] as const) {
    const { outputs } = find(backend);
    const scheme = backend === 'fargate' ? 'http' : 'https';
    assert.match(String(outputs.serviceUrl), new RegExp(`^${scheme}://[^/]+$`));
    assert.match(
      String(outputs.benchmark),
      new RegExp(`^TRIGGER_TOKEN="\\$\\(aws ssm .*\\)" npm run bench -- trigger --url ${outputs.serviceUrl}$`),
    );
    assert.match(
      String(outputs.populateInside),
      /^aws ecs run-task .*--task-definition modelrig-dev-publisher /,
    );
  }
});

function find(backend: Backend): Preview {
  const found = stacks.get(backend);
  if (found === undefined) throw new Error(`There is no preview of ${backend}.`);
  return found;
}

test.run();
