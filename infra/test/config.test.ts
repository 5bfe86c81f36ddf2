import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Config, readConfig, type StackValues } from '../config.ts';
import { isFargateSize } from '../fargate-sizes.ts';
import { deliveryVariables } from '../service-variables.ts';
import { type Setting, settings } from '../settings.ts';

const test = suite('stack configuration');
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0123';

test('without settings it is Fargate on arm64, unprotected and reached by nobody', () => {
  const config = read({});
  assert.is(config.computeBackend, 'fargate');
  assert.is(config.architecture, 'arm64');
  assert.is(config.prod, false);
  assert.equal(config.allowedCidrs, []);
  assert.is(config.delivery.strategy, 'cached');
});

test('the environment’s COMPUTE_BACKEND comes before the stack’s, and lambda redirects', () => {
  const config = read({ computeBackend: 'fargate' }, { COMPUTE_BACKEND: 'lambda' });
  assert.is(config.computeBackend, 'lambda');
  assert.is(config.delivery.strategy, 'redirected');
  assert.is(read({ delivery: 'streamed' }, { COMPUTE_BACKEND: 'lambda' }).delivery.strategy, 'streamed');
});

test('each wrong value is told with what is allowed', () => {
  const wrong: Readonly<Record<string, string>> = {
    computeBackend: 'ec2',
    prod: 'yes',
    architecture: 'riscv64',
    serviceCpu: '1000',
    workers: '17',
    serviceTasks: '1',
    serviceMaxTasks: '101',
    lambdaMemoryMib: '128',
    lambdaTimeoutSeconds: '1000',
    lambdaConcurrency: '0',
    runnerMemoryMib: '4000',
    delivery: 'blocking',
    downloadConcurrency: '1.5',
    s3MaxSockets: '-1',
    cacheBytes: '1e9',
    cidrBlock: '11.0.0.0/16',
    availabilityZones: '1',
    allowedCidrs: '["10.0.0.1/24"]',
    certificateArn: 'certificate',
    domainName: 'https://models.example.com',
    imageUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/modelrig:latest',
    logRetentionDays: '8',
    alarmTopicArn: 'arn:aws:sqs:eu-west-1:123456789012:queue',
    permissionsBoundary: 'arn:aws:iam::123456789012:role/boundary',
  };
  const told = readFaults(wrong);
  for (const name of Object.keys(wrong)) assert.ok(told.includes(`\n  ${name} is `), `${name} passes: ${told}`);
  assert.match(told, new RegExp(`has ${Object.keys(wrong).length} faults:`));
});

test('ranges are told apart and counted, for each is a rule of a security group', () => {
  assert.match(readFaults({ allowedCidrs: '["203.0.113.0/24","203.0.113.0/24"]' }), /allowedCidrs is /);
  const many = Array.from({ length: 31 }, (_, index) => `203.0.113.${index}/32`);
  assert.match(readFaults({ allowedCidrs: JSON.stringify(many) }), /allowedCidrs is .*at most 30/);
  assert.is(read({ allowedCidrs: JSON.stringify(many.slice(1)) }).allowedCidrs.length, 30);
});

test('a certificate without a name, and a name without a certificate, are refused', () => {
  assert.match(readFaults({ certificateArn }), /certificateArn is set and domainName is not/);
  assert.match(readFaults({ domainName: 'models.example.com' }), /domainName is set and certificateArn is not/);
});

test('HTTP to the whole world is refused, HTTPS is not', () => {
  const open = { allowedCidrs: '["0.0.0.0/0"]' };
  assert.match(readFaults(open), /without certificateArn the service speaks plain HTTP/);
  read({ ...open, certificateArn, domainName: 'models.example.com' });
  read(open, { COMPUTE_BACKEND: 'lambda' });
});

test('a cache larger than what task or function leave it is refused, one that fits is handed to the service', () => {
  const mostOfTask = (2_048 - 256) * 1_048_576;
  assert.is(read({ cacheBytes: String(mostOfTask) }).delivery.cacheBytes, mostOfTask);
  assert.match(
    readFaults({ cacheBytes: String(mostOfTask + 1) }),
    `cacheBytes is "${mostOfTask + 1}"; with 2048 MiB of memory at most ${mostOfTask} are left for artifacts`,
  );
  const config = { cacheBytes: '600000000', lambdaMemoryMib: '768' };
  assert.match(readFaults({ ...config, computeBackend: 'lambda' }), 'cacheBytes is "600000000"; with 768 MiB');
  assert.is(deliveryVariables(read(config)).CACHE_BYTES, '600000000');
  assert.is(deliveryVariables(read({})).CACHE_BYTES, undefined);
});

test('a size that Fargate does not offer is told with those that it does', () => {
  assert.match(
    readFaults({ serviceCpu: '512', serviceMemoryMib: '8192' }),
    /serviceMemoryMib is "8192"; with serviceCpu 512 Fargate offers 1024 to 4096 MiB in steps of 1024/,
  );
  assert.is(isFargateSize(256, 1_536), false);
  assert.is(isFargateSize(16_384, 122_880), true);
  assert.is(isFargateSize(8_192, 17_408), false);
});

test('more workers than a task has cores are refused', () => {
  assert.match(
    readFaults({ serviceCpu: '512', workers: '2' }),
    /workers is "2"; with serviceCpu 512 a task has cores for 1 at most/,
  );
  const four = { serviceCpu: '4096', serviceMemoryMib: '8192', workers: '4' };
  assert.is(read(four).workers, 4);
  assert.match(readFaults({ ...four, workers: '5' }), /cores for 4 at most/);
  assert.is(read({}).workers, null);
});

test('limits that give a worker less than one are refused', () => {
  const four = { serviceCpu: '4096', serviceMemoryMib: '8192', workers: '4' };
  const limits = { downloadConcurrency: '3', s3MaxSockets: '1' };
  const faults = readFaults({ ...four, ...limits });
  assert.match(faults, 'downloadConcurrency is "3"; with workers 4 at least 4, one for each');
  assert.match(faults, 's3MaxSockets is "1"; with workers 4 at least 4, one for each');
  assert.is(read({ ...four, downloadConcurrency: '4' }).delivery.downloadConcurrency, 4);
  assert.is(read({ ...four, ...limits, computeBackend: 'lambda' }).delivery.s3MaxSockets, 1);
});

test('on Lambda, where one process serves, the workers of tasks take nothing from the cache', () => {
  const task = { serviceCpu: '4096', serviceMemoryMib: '8192', workers: '4' };
  const config = { ...task, computeBackend: 'lambda', lambdaMemoryMib: '1024', cacheBytes: '600000000' };
  assert.is(read(config).delivery.cacheBytes, 600_000_000);
});

test('the README’s table is the list of settings', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const rows = readme.match(/^\| `[a-zA-Z0-9]+` \|.*\|.*\|.*\|.*\|$/gm) ?? [];
  assert.equal(rows, Object.entries(settings).map(describeRow));
});

function describeRow([name, setting]: [string, Setting]): string {
  const fallback = setting.default === undefined ? '' : `\`${setting.default}\``;
  return `| \`${name}\` | ${setting.describes} | ${setting.allowed} | ${fallback} | ${setting.cost ?? ''} |`;
}

function read(values: StackValues, env: StackValues = {}): Config {
  const stack = Object.entries(values).map(([name, value]) => [`modelrig:${name}`, value]);
  return readConfig({ 'aws:region': 'eu-west-1', ...Object.fromEntries(stack) }, env);
}

function readFaults(values: StackValues): string {
  try {
    read(values);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It has no fault.');
}

test.run();
