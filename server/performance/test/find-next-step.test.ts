import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord, ShardRecord } from '../../../contract/run.ts';
import type { RunnerState } from '../../launcher.ts';
import { findNextStep, type NextStep, type Sight } from '../find-next-step.ts';
import { findShare } from '../shares.ts';
import { makeRun, makeShard, secondsFromNow } from './support/make-run.ts';

const test = suite('find next step');

test('nothing is done while runners are on their way, load, or one of them merges', () => {
  const started = makeRun({ shards: 3 });
  assert.is(look(started, [ready(0)]).kind, 'wait');
  assert.is(look(started, [ready(0), ready(2)]).kind, 'wait');
  const running = makeRun({ shards: 3, status: 'running' });
  assert.is(look(running, [done(0), done(1), makeShard({ shard: 2 })]).kind, 'wait');
  const merging = makeRun({ shards: 2, status: 'running', load_finished_at: secondsFromNow(0), merged_by: 1 });
  assert.is(look(merging, [done(0), done(1)], { self: 0 }).kind, 'wait');
});

test('all ready, and the last one died before it let the load begin: whoever looks does', () => {
  assert.equal(look(makeRun({ shards: 2 }), [ready(0), ready(1)]), { kind: 'release', absent: [] });
});

test('a missed barrier names each shard that was not ready, what it said last, and what is known of its runner', () => {
  const late = makeRun({ shards: 4, started_at: secondsFromNow(-6) });
  const claimed = makeShard({ shard: 1, state: 'claimed', runner: 'b', said: 'claimed its shard' });
  const step = look(late, [ready(0), claimed], {
    runners: [
      { runner: 'd', stopped: false, said: '(task d) is PENDING for 6 s' },
      { runner: '', stopped: true, said: 'was not launched: no capacity' },
    ],
  });
  assert.is(
    reasonOf(step),
    '1 of 4 runners were ready within LAUNCH_TIMEOUT_SECONDS (5 s); look for the runner\'s message in the service\'s log. Shard 1: in state "claimed", last said "claimed its shard". Shard 2: never came; its runner was not launched: no capacity. Shard 3: its runner (task d) is PENDING for 6 s and has not taken it. A runner that is up and takes no shard still starts, or does not reach the stores: quiet its machine, or give it more time by LAUNCH_TIMEOUT_SECONDS.',
  );
});

test('a runner that is up and took no shard in time is told as that, not as one that never came', () => {
  const late = makeRun({ started_at: secondsFromNow(-6) });
  const up = reasonOf(look(late, [], { runners: [{ runner: 'a', stopped: false, said: 'is running' }] }));
  assert.match(up, 'Shard 0: its runner is running and has not taken it. A runner that is up');
  assert.not.match(up, 'never came');
  const gone = reasonOf(
    look(late, [], { runners: [{ runner: 'a', stopped: true, said: 'was killed by SIGKILL' }] }),
  );
  assert.is(gone, 'The runner was killed by SIGKILL.');
});

test('with allow_fewer the load begins at the launch timeout without the absent, and sooner when nobody else can come', () => {
  const workload = { ...makeRun().workload, runner_tasks: 3, allow_fewer: true };
  const gone = makeShard({ shard: 1, state: 'failed', said: 'in state "claimed" it gave up: no model' });
  const early = makeRun({ shards: 3, workload });
  assert.is(look(early, [ready(0), gone]).kind, 'wait');
  assert.equal(look(early, [ready(0), gone, ready(2)]), {
    kind: 'release',
    absent: [{ shard: 1, reason: gone.said }],
  });
  const late = makeRun({ shards: 3, workload, started_at: secondsFromNow(-6) });
  const step = look(late, [ready(0)]);
  assert.equal(step.kind === 'release' && step.absent.map(({ shard }) => shard), [1, 2]);
  assert.is(look(late, []).kind, 'fail');
});

test('a runner too many, which leaves because every shard is taken, neither fails the barrier nor stands for one that comes', () => {
  const claimed = makeShard({ shard: 2, state: 'claimed', runner: 'c' });
  const surplus = { runner: 'd', stopped: true, said: 'ended with exit code 1 before it finished' };
  const coming = { runner: 'c', stopped: false, said: 'is running' };
  for (const allow_fewer of [false, true]) {
    const run = makeRun({ shards: 3, workload: { ...makeRun().workload, runner_tasks: 3, allow_fewer } });
    assert.is(look(run, [ready(0), ready(1), claimed], { runners: [surplus, coming] }).kind, 'wait');
    assert.is(look(run, [ready(0), ready(1)], { runners: [surplus, coming] }).kind, 'wait');
  }
});

test('a runner that was left out and is back does not hold up a merge that is taken over', () => {
  const run = makeRun({
    shards: 3,
    status: 'running',
    load_finished_at: secondsFromNow(-20),
    missing_shards: [{ shard: 2, reason: 'it was lost' }],
    merged_by: 1,
  });
  const merger = { ...done(1), lease_expires_at: secondsFromNow(-20) };
  const back = makeShard({ shard: 2, runner: 'back' });
  assert.is(look(run, [done(0), merger, back], { self: 0 }).kind, 'merge');
});

test('once every shard is done or lost, the first that is done and lives merges, and nobody else', () => {
  const run = makeRun({ shards: 3, status: 'running' });
  const lost = makeShard({ shard: 0, lease_expires_at: secondsFromNow(-20) });
  const shards = [lost, done(1), done(2)];
  assert.is(look(run, shards, { self: 2 }).kind, 'wait');
  assert.is(look(run, shards).kind, 'wait');
  const step = look(run, shards, { self: 1 });
  assert.equal(step.kind === 'merge' && step.missing.map(({ shard }) => shard), [0]);
  assert.match(
    (step.kind === 'merge' && step.missing[0]?.reason) || '',
    /in state "loading".*no heartbeat for 26 s/,
  );
});

test('a merge whose merger was lost is taken over with the parts that were fixed, by the service when nobody lives', () => {
  const missing = [{ shard: 0, reason: 'it was lost' }];
  const run = makeRun({
    shards: 3,
    status: 'running',
    load_finished_at: secondsFromNow(-20),
    missing_shards: missing,
    merged_by: 1,
  });
  const dead = { lease_expires_at: secondsFromNow(-20) };
  const late = done(0);
  assert.equal(look(run, [late, { ...done(1), ...dead }, { ...done(2), ...dead }], { self: 0 }), {
    kind: 'merge',
    missing,
  });
  const nobody = [late, done(1), done(2)].map((shard) => ({ ...shard, ...dead }));
  assert.equal(look(run, nobody), { kind: 'merge', missing });
});

test('a runner past the hard deadline is left out when others have written their parts', () => {
  const run = makeRun({ shards: 2, status: 'running', hard_deadline: secondsFromNow(-10) });
  const step = look(run, [done(0), makeShard({ shard: 1 })], { self: 0 });
  assert.equal(step.kind === 'merge' && step.missing.map(({ shard }) => shard), [1]);
  const alone = makeRun({ status: 'running', hard_deadline: secondsFromNow(-1) });
  assert.match(reasonOf(look(alone, [makeShard()])), 'hard deadline');
});

test('of a thousand lost runners eight are told in full, and what is told of all fits the item of their run', () => {
  const said = 'x'.repeat(400);
  const runners = Array.from({ length: 999 }, (_, index) => ({ runner: `task ${index}`, stopped: true, said }));
  const lost = (state: ShardRecord['state']) =>
    runners.map(({ runner }, shard) => makeShard({ shard, state, runner }));
  const merging = look(makeRun({ shards: 1_000, status: 'running' }), [...lost('loading'), done(999)], {
    self: 999,
    runners,
  });
  const workload = { ...makeRun().workload, runner_tasks: 1_000, allow_fewer: true };
  const begun = look(makeRun({ shards: 1_000, workload }), [...lost('claimed'), ready(999)], { runners });
  const never = look(makeRun({ shards: 1_000, workload }), [ready(999)], { runners });
  for (const told of [
    merging.kind === 'merge' ? merging.missing : [],
    begun.kind === 'release' ? begun.absent : [],
    never.kind === 'release' ? never.absent : [],
  ]) {
    assert.is(told.length, 999);
    assert.is(told.filter(({ reason }) => reason.includes(said)).length, 8);
    assert.ok(JSON.stringify(told).length < 100_000);
  }
});

test('those that are there share the whole load in the order of their shards', () => {
  const absent = [1, 3].map((shard) => ({ shard, reason: '' }));
  const shares = [0, 1, 2, 3, 4].map((shard) => findShare(shard, 5, absent));
  assert.equal(shares, [{ index: 0, of: 3 }, null, { index: 1, of: 3 }, null, { index: 2, of: 3 }]);
});

function ready(shard: number): ShardRecord {
  return makeShard({ shard, state: 'ready', runner: `ready ${shard}` });
}

function done(shard: number): ShardRecord {
  return makeShard({ shard, state: 'done', runner: `done ${shard}` });
}

function look(
  run: RunRecord,
  shards: readonly ShardRecord[],
  sight: { self?: Sight['self']; runners?: readonly RunnerState[] } = {},
): NextStep {
  return findNextStep(run, {
    shards,
    runners: [],
    launchTimeoutSeconds: 5,
    now: Date.now(),
    self: 'service',
    ...sight,
  });
}

function reasonOf(step: NextStep): string {
  return step.kind === 'fail' ? step.reason : step.kind;
}

test.run();
