import { ECSClient } from '@aws-sdk/client-ecs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeRun, secondsFromNow } from '../../../performance/test/support/make-run.ts';
import { startStores, type TestStores } from '../../../performance/test/support/start-stores.ts';
import { createEcsLauncher } from '../ecs-launcher.ts';
import { type EcsStandIn, type EcsStandInOptions, startEcsStandIn } from './ecs-stand-in.ts';

const test = suite('ecs launcher');
const names = { cluster: 'runners', family: 'modelrig-runner', container: 'runner' };
const patience = {
  firstPauseMs: 20,
  longestPauseMs: 100,
  pauseAfterBurstMs: 1,
  lookEveryMs: 0,
  missingAfterMs: 500,
};
let stores: TestStores;
let ecs: EcsStandIn | undefined;
let clients: ECSClient[] = [];

test.before(async () => {
  stores = await startStores();
});

test.after.each(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await ecs?.close();
  ecs = undefined;
});

test.after(() => stores?.close());

test('25 tasks are asked for ten a call, in all subnets, with a token and the run in each', async () => {
  const { launcher, standIn } = await open();
  const run = makeRun({ shards: 25 });
  await launcher.launch(run);
  const calls = standIn.listCalls('RunTask');
  assert.equal(
    calls.map(({ count }) => count),
    [10, 10, 5],
  );
  assert.is(new Set(calls.map(({ clientToken }) => clientToken)).size, 3);
  for (const { startedBy, networkConfiguration, overrides, launchType } of calls) {
    assert.is(startedBy, run.run_id);
    assert.is(launchType, 'FARGATE');
    assert.equal(networkConfiguration?.awsvpcConfiguration?.subnets, ['subnet-00000001', 'subnet-00000002']);
    assert.equal(overrides?.containerOverrides, [{ name: 'runner', command: [run.run_id] }]);
  }
  assert.is(standIn.tasks().length, 25);
});

test('throttled calls are repeated with the same token until they are answered', async () => {
  const { launcher, standIn } = await open();
  standIn.failNext(throttle, throttle, throttle);
  await launcher.launch(makeRun({ shards: 3 }));
  const calls = standIn.listCalls('RunTask');
  assert.is(calls.length, 4);
  assert.is(new Set(calls.map(({ clientToken }) => clientToken)).size, 1);
  assert.is(standIn.tasks().length, 3);
});

test('throttling that does not end within the launch timeout is the reason, with the number of tasks', async () => {
  const { launcher, standIn } = await open({}, 1);
  standIn.failNext(...Array.from({ length: 200 }, () => throttle));
  const reason = await failureOf(launcher.launch(makeRun({ shards: 3 })));
  assert.match(reason, '0 of 3 tasks were launched within LAUNCH_TIMEOUT_SECONDS (1 s): ECS throttled RunTask');
});

test('of fewer tasks than asked for, the rest alone is asked for again, with another token', async () => {
  const { launcher, standIn } = await open();
  standIn.failNext({ kind: 'short', started: 7, reason: 'Capacity is unavailable at this time.' });
  await launcher.launch(makeRun({ shards: 10 }));
  const calls = standIn.listCalls('RunTask');
  assert.equal(
    calls.map(({ count }) => count),
    [10, 3],
  );
  assert.is.not(calls[0]?.clientToken, calls[1]?.clientToken);
  assert.is(standIn.tasks().length, 10);
});

test('capacity that stays away is the reason; with allow_fewer the run goes on, and the missing are described', async () => {
  const { launcher, standIn } = await open({}, 1);
  const short = {
    kind: 'short',
    started: 2,
    reason: 'Capacity is unavailable at this time.',
    detail: 'us-east-1a',
  } as const;
  const none = { ...short, started: 0 };
  standIn.failNext(short, ...Array.from({ length: 100 }, () => none));
  const reason = await failureOf(launcher.launch(makeRun({ shards: 4 })));
  assert.match(
    reason,
    '2 of 4 tasks were launched within LAUNCH_TIMEOUT_SECONDS (1 s): Capacity is unavailable at this time. (us-east-1a)',
  );

  const run = makeRun({ shards: 4, workload: { ...makeRun().workload, runner_tasks: 4, allow_fewer: true } });
  const second = await open({}, 1);
  second.standIn.failNext(short, ...Array.from({ length: 100 }, () => none));
  await second.launcher.launch(run);
  const states = await second.launcher.describeRunners(run);
  assert.is(states.length, 4);
  assert.is(
    states.filter(({ stopped, said }) => stopped && said.startsWith('was not launched: Capacity')).length,
    2,
  );
});

test('the vCPU limit is told from capacity, whether it comes as an error or as a failure, with what to ask for', async () => {
  const message = "You've reached the limit on the number of vCPUs you can run concurrently";
  const faults = [
    { kind: 'error', name: 'ClientException', message },
    { kind: 'short', started: 0, reason: message },
  ] as const;
  for (const fault of faults) {
    const { launcher, standIn } = await open({}, 1);
    standIn.failNext(...Array.from({ length: 100 }, () => fault));
    const reason = await failureOf(launcher.launch(makeRun({ shards: 2 })));
    assert.match(
      reason,
      'vCPUs you can run concurrently: ask for more "Fargate On-Demand vCPU resource count"',
    );
    assert.ok(standIn.listCalls('RunTask').length > 1, 'a limit may be free again soon');
    await standIn.close();
  }
});

test('what will not change is not asked for again, and says which setting to check', async () => {
  const { launcher, standIn } = await open({ cluster: 'another' });
  const reason = await failureOf(launcher.launch(makeRun({ shards: 2 })));
  assert.match(reason, 'ClusterNotFoundException: Cluster not found.; check RUNNER_CLUSTER');
  assert.is(standIn.listCalls('RunTask').length, 1);
});

test('an answer that is lost is asked for again with the same token and starts nothing twice', async () => {
  const { launcher, standIn } = await open();
  standIn.failNext({ kind: 'lost' });
  await launcher.launch(makeRun({ shards: 4 }));
  assert.is(standIn.listCalls('RunTask').length, 2);
  assert.is(standIn.tasks().length, 4);
});

test('another service that repeats a launch gets the tasks that there are, and begins none', async () => {
  const { launcher, standIn } = await open();
  const run = makeRun({ shards: 12 });
  await launcher.launch(run);
  await connect(standIn).launch(run);
  assert.is(standIn.tasks().length, 12);
});

test('a token that was used with other parameters is refused, and the reason says to trigger again', async () => {
  const { launcher, standIn } = await open();
  const run = makeRun({ shards: 2 });
  standIn.failNext({ kind: 'lost' }, { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' });
  await failureOf(launcher.launch(run));
  const reason = await failureOf(connect(standIn, 5, ['subnet-00000003']).launch(run));
  assert.match(reason, 'ConflictException: The provided clientToken is already in use');
  assert.match(reason, 'trigger again');
});

test('a task that stays PENDING is said to, for how long', async () => {
  const { launcher, run } = await launched({ pendingMs: 60_000 });
  const [state] = await launcher.describeRunners(run);
  assert.is(state?.stopped, false);
  assert.match(state?.said ?? '', /^\(task [0-9a-f]{32}\) is PENDING for \d+ s$/);
});

test('a task that stops before it runs brings its reason and what to check', async () => {
  const stoppedReason = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found';
  const { launcher, run, standIn } = await launched({ stopBeforeRunning: stoppedReason });
  while (standIn.tasks().some(({ isToRun }) => isToRun))
    await new Promise((resolve) => setTimeout(resolve, 10));
  const [state] = await launcher.describeRunners(run);
  assert.is(state?.stopped, true);
  assert.match(state?.said ?? '', /STOPPED before it ran: CannotPullContainerError.*; check the image/);
});

test('exit code 137 is explained, and an out-of-memory kill says what to change', async () => {
  const { launcher, run, standIn } = await launched({});
  for (const task of standIn.tasks()) {
    task.finish({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
  }
  const [state] = await launcher.describeRunners(run);
  assert.match(state?.said ?? '', 'exit code 137 (killed by SIGKILL: out of memory, or past its stop timeout)');
  assert.match(state?.said ?? '', 'give runners more memory');
});

test('a task that is MISSING counts as stopped only when it cannot be too new to be known', async () => {
  const { launcher, run, standIn } = await launched({});
  for (const { arn } of standIn.tasks()) standIn.forget(arn);
  const [early] = await launcher.describeRunners(run);
  assert.is(early?.stopped, false);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const [late] = await launcher.describeRunners(run);
  assert.is(late?.stopped, true);
  assert.match(late?.said ?? '', 'is MISSING: ECS does not know it');
});

test('ECS that does not answer is no news of a runner', async () => {
  const { launcher, run, standIn } = await launched({});
  await standIn.close();
  assert.equal(await launcher.describeRunners(run), []);
});

test('a run that is stopped while it is launched gets no more tasks', async () => {
  const { launcher, standIn } = await open();
  standIn.failNext(...Array.from({ length: 40 }, () => throttle));
  const run = makeRun({ shards: 25 });
  const launching = failureOf(launcher.launch(run));
  while (standIn.listCalls('RunTask').length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  await launcher.stopRunners(run.run_id, 'The run was cancelled.');
  assert.is(await launching, 'The run was cancelled.');
  assert.is(standIn.tasks().length, 0);
});

test('stopping reaches every task of the run and no other, also one that nobody noted', async () => {
  const { launcher, run, standIn } = await launched({}, 5);
  const other = makeRun({ shards: 1 });
  await launcher.launch(other);
  standIn.failNext({ kind: 'lost' }, { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' });
  const unnoted = makeRun({ shards: 3 });
  await failureOf(launcher.launch(unnoted));
  assert.equal([...(await launcher.listRuns())].sort(), [run.run_id, other.run_id, unnoted.run_id].sort());
  await launcher.stopRunners(run.run_id, 'The run has ended.');
  await launcher.stopRunners(unnoted.run_id, 'The run has ended.');
  assert.equal(await launcher.listRuns(), [other.run_id]);
  assert.is(standIn.listCalls('StopTask').length, 8);
});

test('stopping goes on when ECS throttles it, until every task is stopped', async () => {
  const { launcher, run, standIn } = await launched({}, 12);
  standIn.throttleNext('ListTasks', 'DescribeTasks', ...Array.from({ length: 9 }, () => 'StopTask'));
  await launcher.stopRunners(run.run_id, 'The run has ended.');
  assert.equal(await launcher.listRuns(), []);
  assert.is(standIn.listCalls('StopTask').length, 21);
});

const throttle = { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' } as const;

async function open(options: Partial<EcsStandInOptions> = {}, launchTimeoutSeconds = 5) {
  await ecs?.close();
  const standIn = await startEcsStandIn({ ...names, ...options });
  ecs = standIn;
  return { standIn, launcher: connect(standIn, launchTimeoutSeconds) };
}

async function launched(options: Partial<EcsStandInOptions>, shards = 1) {
  const opened = await open(options);
  const run = makeRun({ shards, started_at: secondsFromNow(0) });
  await opened.launcher.launch(run);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...opened, run };
}

/** The real client of a service of its own. */
function connect(
  standIn: EcsStandIn,
  launchTimeoutSeconds = 5,
  subnets = ['subnet-00000001', 'subnet-00000002'],
) {
  const client = new ECSClient({ endpoint: standIn.url, maxAttempts: 1 });
  clients.push(client);
  return createEcsLauncher({
    ecs: client,
    tasks: {
      cluster: names.cluster,
      taskFamily: names.family,
      container: names.container,
      subnets,
      securityGroups: ['sg-00000001'],
    },
    launches: stores.runs,
    launchTimeoutSeconds,
    patience,
    onError: () => {},
  });
}

function failureOf(launch: Promise<void>): Promise<string> {
  return launch.then(
    () => 'it was launched',
    (error: Error) => error.message,
  );
}

test.run();
