import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Crew, createCrew, WorkerEnded } from '../crew.ts';

const test = suite('crew');
const program = process.execPath;
let crew: Crew;
let lines: string[];
/** When a worker is about to listen. */
let onStart: () => void;

test.before(() => {
  const exec = fileURLToPath(new URL('./support/stub-worker.ts', import.meta.url));
  cluster.setupPrimary({ exec, args: [], execArgv: [] });
});

test.before.each(() => {
  lines = [];
  onStart = () => {};
  crew = createTestCrew({});
});

test.after.each(async () => {
  allowToStart();
  crew.kill();
  await waitUntil('all workers are gone', () => listPids().length === 0);
});

for (const [what, refuseToStart, reason] of [
  ['at once', refuseAtOnce, /spawn E2BIG/],
  ['a little later', refuseLater, /spawn .*ENOENT/],
] as const) {
  test(`a place whose worker cannot be started, which is told ${what}, is tried again until it can`, async () => {
    await crew.start();
    refuseToStart();
    const [killed = 0] = listPids();
    process.kill(killed, 'SIGKILL');
    await waitUntil('two attempts failed', () => lines.length === 3);
    assert.match(lines[0] ?? '', `(pid ${killed}) was ended by SIGKILL; another takes its place now.`);
    for (const line of lines.slice(1)) assert.match(line, reason);
    assert.match(lines[1] ?? '', /^Worker \d could not be started: .*; another takes its place in 1 s\.$/);
    assert.match(lines[2] ?? '', /another takes its place in 2 s\.$/);
    assert.is((await crew.survey('readUse')).workers.alive, 1);
    allowToStart();
    await waitUntilAlive(2);
    assert.is(lines.length, 3);
  });

  test(`a first worker that cannot be started, which is told ${what}, ends the start and is told`, async () => {
    refuseToStart();
    const error: unknown = await crew.start().catch((caught: unknown) => caught);
    assert.instance(error, WorkerEnded);
    assert.is(lines.length, 1);
    assert.match(lines[0] ?? '', reason);
    assert.is((await crew.survey('readUse')).workers.alive, 0);
  });
}

test('workers that have no handler of SIGTERM yet end in order', async () => {
  process.env.NEVER_LISTENS = '1';
  const starting = crew.start().catch((error: unknown) => error);
  assert.is(await crew.stop(), true);
  assert.instance(await starting, WorkerEnded);
  assert.equal(lines, []);
});

test('one that takes the place of another and does not listen yet ends in order', async () => {
  await crew.start();
  process.env.NEVER_LISTENS = '1';
  const before = listPids();
  process.kill(before[0] ?? 0, 'SIGKILL');
  await waitUntil('another has its place', () => listPids().some((pid) => !before.includes(pid)));
  assert.is(await crew.stop(), true);
  assert.is(lines.length, 1);
});

test('a crew that is stopped while its first worker starts begins no other', async () => {
  let begun = 0;
  const count = () => {
    begun += 1;
  };
  cluster.on('fork', count);
  let stopping: Promise<boolean> | null = null;
  onStart = () => {
    stopping ??= crew.stop();
  };
  const error: unknown = await crew.start().catch((caught: unknown) => caught);
  assert.match(String(error), 'begins no worker');
  assert.is(await stopping, true);
  cluster.off('fork', count);
  assert.is(begun, 1);
});

test('one that is ended by another signal than that to stop ends out of order', async () => {
  await crew.start();
  for (const pid of listPids()) process.kill(pid, 'SIGSTOP');
  const stopping = crew.stop();
  for (const pid of listPids()) process.kill(pid, 'SIGKILL');
  assert.is(await stopping, false);
});

test('one that hangs is ended, another takes its place, and both are told', async () => {
  crew = createTestCrew({ pulse: { everyMs: 20, silentMs: 1_000 } });
  await crew.start();
  const [hung = 0] = listPids();
  process.kill(hung, 'SIGSTOP');
  await waitUntil('it has no place any more', () => !listPids().includes(hung));
  await waitUntilAlive(2);
  assert.is((await crew.survey('readUse')).workers.replaced, 1);
  const told = lines.filter((line) => line.includes(`pid ${hung}`));
  assert.match(told[0] ?? '', /^Worker \d \(pid \d+\) has not answered for 1 s, and is ended\.$/);
  assert.match(told[1] ?? '', 'was ended by SIGKILL; another takes its place now.');
});

test('when the primary process was held still as well, as on a machine that slept, no worker is ended', async () => {
  crew = createTestCrew({ pulse: { everyMs: 20, silentMs: 1_000 } });
  await crew.start();
  for (const pid of listPids()) process.kill(pid, 'SIGSTOP');
  // Each has a question that it cannot answer.
  await sleep(100);
  holdStill(1_500);
  for (const pid of listPids()) process.kill(pid, 'SIGCONT');
  await sleep(500);
  assert.equal(lines, []);
});

test('one that hangs is ended at the limit of a stop, which is told and out of order', async () => {
  crew = createTestCrew({ stopLimitMs: 500 });
  await crew.start();
  const [hung = 0] = listPids();
  process.kill(hung, 'SIGSTOP');
  assert.is(await Promise.race([crew.stop(), sleep(10_000, 'still waits', { ref: false })]), false);
  assert.equal(
    lines.map((line) => line.replace(/^Worker \d/, 'Worker')),
    [`Worker (pid ${hung}) has not ended within 0.5 s, and is ended.`],
  );
});

function createTestCrew(times: Partial<Pick<Parameters<typeof createCrew>[0], 'pulse' | 'stopLimitMs'>>): Crew {
  const refuse = () => Promise.reject(new Error('Nobody asks this.'));
  return createCrew({
    count: 2,
    report: (line) => lines.push(line),
    pulse: { everyMs: 1_000, silentMs: 60_000 },
    stopLimitMs: 60_000,
    ...times,
    answers: {
      surveyUses: refuse,
      surveyMetrics: refuse,
      launch: refuse,
      describeRunners: refuse,
      stopRunners: refuse,
      async listRuns() {
        onStart();
        return [];
      },
    },
  });
}

/** As one whose process gets no time. */
function holdStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

/** No environment holds a variable of that size. */
function refuseAtOnce(): void {
  process.env.TOO_LARGE = 'x'.repeat(200_000);
}

function refuseLater(): void {
  process.execPath = '/nowhere/node';
}

function allowToStart(): void {
  delete process.env.TOO_LARGE;
  delete process.env.NEVER_LISTENS;
  process.execPath = program;
}

function listPids(): number[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) => worker?.process.pid ?? []);
}

function waitUntilAlive(count: number): Promise<void> {
  return waitUntil(`${count} serve`, async () => (await crew.survey('readUse')).workers.alive === count);
}

async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `not within 20 s: ${what}`);
    await sleep(10);
  }
}

test.run();
