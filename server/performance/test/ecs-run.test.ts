import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ECSClient } from '@aws-sdk/client-ecs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEcsLauncher } from '../../aws/ecs/ecs-launcher.ts';
import { type EcsStandIn, type EcsStandInOptions, startEcsStandIn } from '../../aws/ecs/test/ecs-stand-in.ts';
import { endLeftOver } from './support/end-left-over.ts';
import { cancel, trigger, waitFor, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('ecs run');
const names = { cluster: 'runners', family: 'modelrig-runner', container: 'runner' };
const patience = {
  firstPauseMs: 20,
  longestPauseMs: 100,
  pauseAfterBurstMs: 1,
  lookEveryMs: 200,
  missingAfterMs: 2_000,
};
const runnerPath = fileURLToPath(new URL('support/held-runner.ts', import.meta.url));
let stores: TestStores;
let ecs: EcsStandIn;
let client: ECSClient;
let service: TestService;
let gate = Promise.withResolvers<void>();

test.before(async () => {
  stores = await startStores();
});

test.after.each(async () => {
  gate.resolve();
  await endLeftOver(stores.runs);
  await service?.close();
  client?.destroy();
  await ecs?.close();
});

test.after(() => stores?.close());

test('a run over ECS is whole: tasks that are really processes, throttled at first, each with its task in its shard', async () => {
  await serve();
  ecs.failNext(
    { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' },
    { kind: 'short', started: 1, reason: 'Capacity is unavailable at this time.' },
  );
  const { run_id } = await trigger(service.url, { num_clients: 9, runner_tasks: 3 });
  const results = await waitForEnd(service.url, run_id, 60_000);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.equal(results.verdict, { value: 'valid', reasons: [] });
  assert.is(results.metrics?.total_requests, 9);
  const shards = await stores.runs.listShards(run_id);
  const arns = ecs.tasks().map(({ arn }) => arn);
  assert.equal(shards.map(({ runner }) => runner).sort(), arns.sort());
  while (ecs.tasks().some(({ isToRun }) => isToRun)) await sleep(50);
  assert.equal(
    ecs.tasks().map(({ exitCode }) => exitCode),
    [0, 0, 0],
  );
});

test('a task that cannot start ends the run at once, in words, and the other tasks are stopped', async () => {
  await serve({ stopBeforeRunning: 'CannotPullContainerError: not found' });
  const { run_id } = await trigger(service.url, { num_clients: 2, runner_tasks: 2 });
  const { status, failure_reason } = await waitForEnd(service.url, run_id, 20_000);
  assert.is(status, 'failed');
  assert.match(failure_reason ?? '', '0 of 2 runners were ready, and the others cannot be any more.');
  assert.match(
    failure_reason ?? '',
    /Shard 0: never came; its runner \(task .*\) STOPPED before it ran: CannotPull/,
  );
});

test('a task killed in mid load (exit 137) costs its part alone, and the report says what ECS said', async () => {
  await serve({ isHeld: true });
  const { run_id } = await trigger(service.url, { num_clients: 6, runner_tasks: 3 });
  await waitFor(service.url, run_id, ({ progress }) => progress?.in_flight === 6, 60_000);
  const [task] = ecs.tasks();
  process.kill(task?.pid ?? 0, 'SIGKILL');
  gate.resolve();
  const results = await waitForEnd(service.url, run_id, 60_000);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.is(results.verdict?.value, 'incomplete');
  assert.is(results.metrics?.total_requests, 4);
  assert.match(results.verdict?.reasons.join() ?? '', 'exit code 137');
  assert.is(task?.exitCode, 137);
});

test('all tasks killed: the failure has the exit code and what it means', async () => {
  await serve({ isHeld: true });
  const { run_id } = await trigger(service.url, { num_clients: 2, runner_tasks: 2 });
  await waitFor(service.url, run_id, ({ progress }) => progress?.in_flight === 2, 60_000);
  for (const { pid } of ecs.tasks()) process.kill(pid ?? 0, 'SIGKILL');
  const { status, failure_reason } = await waitForEnd(service.url, run_id, 30_000);
  assert.is(status, 'failed');
  assert.match(failure_reason ?? '', 'All 2 runners were lost before one had written what it measured');
  assert.match(
    failure_reason ?? '',
    'exit code 137 (killed by SIGKILL: out of memory, or past its stop timeout)',
  );
});

test('tasks that stay PENDING fail the run at the launch timeout by name, and are stopped', async () => {
  await serve({ pendingMs: 600_000 }, 3);
  const { run_id } = await trigger(service.url, { num_clients: 2, runner_tasks: 2 });
  const { status, failure_reason } = await waitForEnd(service.url, run_id, 20_000);
  assert.is(status, 'failed');
  assert.match(
    failure_reason ?? '',
    /0 of 2 runners were ready within LAUNCH_TIMEOUT_SECONDS \(3 s\).*is PENDING for \d+ s/,
  );
  await waitUntil(() => ecs.tasks().every(({ isToRun }) => !isToRun));
});

test('a cancelled run whose tasks have not begun is ended and its tasks are stopped', async () => {
  await serve({ pendingMs: 600_000 });
  const { run_id } = await trigger(service.url, { num_clients: 2, runner_tasks: 2 });
  await cancel(service.url, run_id);
  assert.is((await waitForEnd(service.url, run_id, 20_000)).status, 'cancelled');
  await waitUntil(() => ecs.tasks().every(({ isToRun }) => !isToRun));
});

test('a run that its runners end while ECS has no room for the others asks for no more tasks', async () => {
  await serve();
  const short = (started: number) => ({ kind: 'short', started, reason: 'Capacity is unavailable.' }) as const;
  ecs.failNext(short(1), ...Array.from({ length: 400 }, () => short(0)));
  const { run_id } = await trigger(service.url, { num_clients: 3, runner_tasks: 3 });
  while ((await stores.runs.listShards(run_id)).length === 0) await sleep(50);
  await cancel(service.url, run_id);
  assert.is((await waitForEnd(service.url, run_id, 20_000)).status, 'cancelled');
  await sleep(2_000);
  const asked = ecs.listCalls('RunTask').length;
  await sleep(1_000);
  assert.is(ecs.listCalls('RunTask').length, asked);
});

test('a launch that ECS refuses ends the run with what it said and what to check', async () => {
  await serve({ cluster: 'another' });
  const { run_id } = await trigger(service.url, { num_clients: 2, runner_tasks: 2 });
  const { failure_reason } = await waitForEnd(service.url, run_id, 20_000);
  assert.match(failure_reason ?? '', '0 of 2 tasks were launched: ClusterNotFoundException');
  assert.match(failure_reason ?? '', 'check RUNNER_CLUSTER');
});

async function serve(
  { isHeld = false, ...options }: Partial<EcsStandInOptions> & { isHeld?: boolean } = {},
  launchTimeoutSeconds = 60,
): Promise<void> {
  gate = Promise.withResolvers();
  const env: Record<string, string | undefined> = { ...process.env, ...stores.env };
  ecs = await startEcsStandIn({ ...names, program: { path: runnerPath, env }, ...options });
  client = new ECSClient({ endpoint: ecs.url, maxAttempts: 1 });
  const launcher = createEcsLauncher({
    ecs: client,
    tasks: {
      cluster: names.cluster,
      taskFamily: names.family,
      container: names.container,
      subnets: ['subnet-00000001'],
      securityGroups: ['sg-00000001'],
    },
    launches: stores.runs,
    launchTimeoutSeconds,
    patience,
    onError: () => {},
  });
  service = await startTestService(stores, {
    launcher,
    launchTimeoutSeconds,
    ...(isHeld ? { holdDownloads: () => gate.promise } : {}),
  });
  env.TARGET_URL = service.url;
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  for (let attempt = 0; !isTrue(); attempt += 1) {
    assert.ok(attempt < 200, 'it does not come true');
    await sleep(50);
  }
}

test.run();
