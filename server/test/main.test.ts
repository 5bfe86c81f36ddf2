import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnvironmentOf } from '../../contract/environment.ts';
import { loadBalancerIdleSeconds } from '../../contract/load-balancer.ts';
import { preload } from './preload.ts';

const test = suite('service program');
/** A port on which nobody listens. */
const nowhere = 'http://127.0.0.1:9';
const aws = {
  AWS_ENDPOINT_URL: nowhere,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

const onFargate: EnvironmentOf<'service', 'fargate'> = {
  COMPUTE_BACKEND: 'fargate',
  MODELS_BUCKET: 'models',
  RUNS_BUCKET: 'runs',
  MODELS_TABLE: 'models',
  RUNS_TABLE: 'runs',
  TRIGGER_TOKEN: 'a-token-of-the-service-tests',
  RUNNER_CLUSTER: 'cluster',
  RUNNER_TASK_FAMILY: 'runner',
  RUNNER_CONTAINER: 'runner',
  RUNNER_SUBNETS: 'subnet-0123abcd',
  RUNNER_SECURITY_GROUPS: 'sg-0123abcd',
};

test('wrong environment values are all told at once, each with what is allowed, and the exit code is 104', async () => {
  const { exitCode, stderr, stdout } = await startService({
    PORT: '99999',
    DELIVERY: 'teleported',
    S3_MAX_SOCKETS: 'many',
    COMPUTE_BACKEND: 'mainframe',
    MODELS_BUCKET: 'A',
    CACHE_BYTES: '1 GB',
    WORKERS: '65',
  });
  assert.is(exitCode, 104);
  assert.is(stdout, '');
  assert.match(stderr, /7 faults/);
  assert.match(stderr, /PORT is "99999"; allowed: a whole number from 0 to 65535/);
  assert.match(stderr, /DELIVERY is "teleported"; allowed: blocking, buffered, streamed, cached, redirected/);
  assert.match(stderr, /S3_MAX_SOCKETS is "many"; allowed: a whole number from 1 to 10000/);
  assert.match(stderr, /COMPUTE_BACKEND is "mainframe"; allowed: local, fargate, lambda/);
  assert.match(stderr, /MODELS_BUCKET is "A"; allowed: a bucket name/);
  assert.match(stderr, /CACHE_BYTES is "1 GB"; allowed: a whole number from 0 to 999999999999/);
  assert.match(stderr, /WORKERS is "65"; allowed: a whole number from 1 to 64/);
});

test('a service off loopback without a token does not start', async () => {
  const { exitCode, stderr } = await startService({ HOST: '0.0.0.0', PORT: '0' });
  assert.is(exitCode, 104);
  assert.match(stderr, /TRIGGER_TOKEN is not set; required because HOST is "0\.0\.0\.0"/);
});

test('a host name that only begins like a loopback address needs a token, too', async () => {
  const { exitCode, stderr } = await startService({ HOST: '127.example.invalid', PORT: '0' });
  assert.is(exitCode, 104);
  assert.match(stderr, /TRIGGER_TOKEN is not set/);
});

test('a service on Fargate names every variable that it lacks', async () => {
  const { exitCode, stderr } = await startService({ COMPUTE_BACKEND: 'fargate', PORT: '0' });
  assert.is(exitCode, 104);
  const stores = ['MODELS_BUCKET', 'RUNS_BUCKET', 'MODELS_TABLE', 'RUNS_TABLE'];
  const runner = ['CLUSTER', 'TASK_FAMILY', 'CONTAINER', 'SUBNETS', 'SECURITY_GROUPS'];
  for (const name of [...stores, 'TRIGGER_TOKEN', ...runner.map((part) => `RUNNER_${part}`)]) {
    assert.match(stderr, new RegExp(`${name} is not set`));
  }
});

test('lists of subnets and groups are refused when a member is no id or there are too many', async () => {
  const { exitCode, stderr } = await startService({
    COMPUTE_BACKEND: 'fargate',
    RUNNER_SUBNETS: 'subnet-0123abcd,eu-west-1a',
    RUNNER_SECURITY_GROUPS: Array.from({ length: 6 }, () => 'sg-0123abcd').join(','),
  });
  assert.is(exitCode, 104);
  assert.match(stderr, /RUNNER_SUBNETS is "subnet-0123abcd,eu-west-1a"; allowed: 1-16 subnet ids/);
  assert.match(stderr, /RUNNER_SECURITY_GROUPS is "sg-0123abcd,.*; allowed: 1-5 security group ids/);
});

test('blocking is refused on Fargate, where a task that stands still is replaced', async () => {
  const { exitCode, stderr } = await startService({ COMPUTE_BACKEND: 'fargate', DELIVERY: 'blocking' });
  assert.is(exitCode, 104);
  assert.match(stderr, /DELIVERY is "blocking"; allowed: .*; blocking on local only/);
});

test('on Fargate idle connections outlive the load balancer’s', async () => {
  const service = startService({ ...onFargate, PORT: '0' });
  try {
    const answer = await fetch(`${await readUrl(service)}/health/live`);
    const [, seconds = ''] = answer.headers.get('keep-alive')?.match(/^timeout=(\d+)$/) ?? [];
    assert.ok(Number(seconds) > loadBalancerIdleSeconds, seconds);
  } finally {
    service.kill('SIGTERM');
    assert.is((await service).exitCode, 0);
  }
});

test('the program of Lambda is another one, and this one says so', async () => {
  const { TRIGGER_TOKEN: _, ...others } = onFargate;
  const lambda = { COMPUTE_BACKEND: 'lambda', TRIGGER_TOKEN_PARAMETER: '/token', ALLOWED_CIDRS: 'none' };
  const { exitCode, stderr } = await startService({ ...others, ...lambda });
  assert.is(exitCode, 104);
  assert.match(stderr, /COMPUTE_BACKEND is "lambda", where server\/lambda\.ts serves/);
});

test('limits that give a worker less than one are refused, each with the number of workers', async () => {
  const limits = { DOWNLOAD_CONCURRENCY: '1', S3_MAX_SOCKETS: '2', MAX_DOWNLOADS: '3' };
  const { exitCode, stderr } = await startService({ ...limits, WORKERS: '4', PORT: '99999' });
  assert.is(exitCode, 104);
  assert.match(stderr, /4 faults/);
  for (const [name, value] of Object.entries(limits)) {
    assert.match(stderr, `${name} is "${value}"; with WORKERS 4 at least 4, one for each worker`);
  }
});

test('on Lambda, which has its own processes, WORKERS is refused', async () => {
  const { exitCode, stderr } = await startService({ COMPUTE_BACKEND: 'lambda', WORKERS: '2' });
  assert.is(exitCode, 104);
  assert.match(stderr, /WORKERS is set, but COMPUTE_BACKEND is "lambda"; it is for local and fargate/);
});

test('a setting of another backend is refused instead of being ignored', async () => {
  const { exitCode, stderr } = await startService({ RUNNER_CLUSTER: 'benchmarks', PORT: '0' });
  assert.is(exitCode, 104);
  assert.match(stderr, /RUNNER_CLUSTER is set, but COMPUTE_BACKEND is "local"; it is for fargate and lambda/);
});

test('a token that is too short is refused without being printed', async () => {
  const { exitCode, stderr } = await startService({ TRIGGER_TOKEN: 'hunter2', PORT: '0' });
  assert.is(exitCode, 104);
  assert.match(stderr, /TRIGGER_TOKEN is 7 characters/);
  assert.not.match(stderr, /hunter2/);
});

test('a port that is taken is named with what to do, and the exit code is 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { exitCode, stderr } = await startService({ PORT: port }).finally(() => holder.close());
  assert.is(exitCode, 1);
  assert.match(stderr, new RegExp(`PORT is ${port}, which is taken on 127\\.0\\.0\\.1; choose another`));
});

test('a second service does not share the port of the first', async () => {
  const first = startService({ PORT: '0' });
  try {
    const { port } = new URL(await readUrl(first));
    const second = startService({ PORT: port });
    const line = await readUrl(second).catch(() => null);
    second.kill('SIGTERM');
    assert.is(line, null);
    const { exitCode, stderr } = await second;
    assert.is(exitCode, 1);
    assert.match(stderr, new RegExp(`PORT is ${port}, which is taken on 127\\.0\\.0\\.1; choose another`));
  } finally {
    first.kill('SIGTERM');
    assert.is((await first).exitCode, 0);
  }
});

test('without its stores the service starts, is live, is not ready, and says so', async () => {
  const service = startService({ PORT: '0' });
  try {
    const url = await readUrl(service);
    assert.is((await fetch(`${url}/health/live`)).status, 200);
    const ready = await fetch(`${url}/health/ready`);
    assert.is(ready.status, 503);
    assert.ok(ready.headers.get('retry-after'));
    assert.match(((await ready.json()) as { detail: string }).detail, /S3 and DynamoDB cannot be reached/);
    const components = await fetch(`${url}/health/components`);
    assert.is(components.status, 200);
    const { components: list } = (await components.json()) as { components: { id: string; status: string }[] };
    assert.equal(new Set(list.map((component) => component.status)), new Set(['down']));
  } finally {
    service.kill('SIGTERM');
    assert.is((await service).exitCode, 0);
  }
});

for (const [at, settings] of [
  ['server/serve-alone.ts', {}],
  ['server/http/service-server.ts', {}],
  ['server/lead-workers.ts', { WORKERS: '2' }],
] as const) {
  test(`a signal to stop that comes while ${at} is loaded ends the service with exit code 0`, async () => {
    const program = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.endsWith(${JSON.stringify(at)})) process.kill(process.pid, 'SIGTERM');
    return next(url, context);
  },
});`;
    const NODE_OPTIONS = preload(program);
    const { exitCode, signal } = await startService({ PORT: '0', NODE_OPTIONS, ...settings });
    assert.equal({ exitCode, signal }, { exitCode: 0, signal: undefined });
  });
}

test('a body that no route reads is cut off soon after the answer, however slowly it comes', async () => {
  const service = startService({ PORT: '0' });
  const { hostname, port } = new URL(await readUrl(service));
  const socket = connect(Number(port), hostname).resume();
  let trickle: NodeJS.Timeout | undefined;
  try {
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
    socket.on('error', () => {});
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n');
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), '200 OK');
    trickle = setInterval(() => socket.write('x'), 100);
    await closed;
  } finally {
    clearInterval(trickle);
    socket.destroy();
    service.kill('SIGTERM');
    await service;
  }
});

test('unknown routes are 404 and wrong methods 405 with Allow, both as problem documents', async () => {
  const service = startService({ PORT: '0' });
  try {
    const url = await readUrl(service);
    const unknown = await fetch(`${url}/nowhere`);
    assert.is(unknown.status, 404);
    assert.match(unknown.headers.get('content-type') ?? '', /application\/problem\+json/);
    for (const method of ['DELETE', 'PROPFIND']) {
      const wrong = await fetch(`${url}/health/performance/workload`, { method });
      assert.is(wrong.status, 405);
      assert.is(wrong.headers.get('allow'), 'POST');
      assert.match(wrong.headers.get('content-type') ?? '', /application\/problem\+json/);
      await wrong.body?.cancel();
    }
    await unknown.body?.cancel();
  } finally {
    service.kill('SIGTERM');
    await service;
  }
});

function startService(env: Record<string, string>) {
  return execa(process.execPath, ['server/main.ts'], {
    env: { ...aws, ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

async function readUrl(service: ReturnType<typeof startService>): Promise<string> {
  for await (const line of createInterface({ input: service.stdout }))
    return (JSON.parse(line) as { url: string }).url;
  throw new Error('The service ended without its line.');
}

test.run();
