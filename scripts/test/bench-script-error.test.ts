import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReport } from '../../bench/report/read-report.ts';
import { skip } from '../testing/skip.ts';
import { layScenario } from './support/lay-scenario.ts';
import { bench } from './support/run-bench.ts';

const test = suite('bench script error');
const command = resolve('scripts/bench.ts');
const target = createServer((_, response) => response.writeHead(404).end());
const gone = `{ path: '/gone', expect: { status: 404 } }`;
const short = `executor: 'constant-vus', vus: 1, duration: '300ms', gracefulStop: '0s'`;
let folder = '';
let url = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-script-'));
  process.chdir(folder);
  await once(target.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
test.after(async () => {
  target.closeAllConnections();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

test('a scenario whose code throws is 107 with file, place and message, on import and in mid load', async () => {
  const thrower = `name: 'throwing', ${short},
request: (random, models) => { if (models.length === 0 && random() > 0.9) throw new Error('not this one');
  return ${gone}; }`;
  await writeFile(join(folder, 'importing.mjs'), '\nthrow new Error("not today");\n');
  const [importing, loading] = await Promise.all([
    run('importing.mjs'),
    run(await lay('throwing.ts', thrower)),
  ]);
  assert.is(importing.exitCode, 107);
  assert.match(importing.stderr, 'script error in importing.mjs:2:7: not today');
  assert.is(loading.exitCode, 107, loading.stderr);
  assert.match(loading.stderr, /script error in throwing\.ts:2:\d+: not this one/);
});

test('a request function that always throws, or returns a promise, is 107 beside a target that has no model', async () => {
  const thrower = await lay('always.ts', `name: 'always', ${short},\nrequest() { throw new Error('never'); }`);
  const promising = await lay('promising.ts', `name: 'promising', ${short}, request: async () => (${gone})`);
  const [thrown, promised] = await Promise.all([run(thrower), run(promising)]);
  assert.is(thrown.exitCode, 107, thrown.stderr);
  assert.match(thrown.stderr, /script error in always\.ts:2:\d+: never/);
  assert.is(promised.exitCode, 107, promised.stderr);
  assert.match(promised.stderr, 'script error in promising.ts: ');
  assert.match(promised.stderr, '`request` is async; it must return the request at once');
});

test('what is written for k6, or not by defineScenario, is told so with how it is written here', async () => {
  const files = {
    'k6.js': `import http from 'k6/http';\nexport default function () { http.get('http://x'); }\n`,
    'options.mjs': `export const options = { vus: 1 };\n`,
    'plain.mjs': `export default { name: 'plain', executor: 'constant-vus', vus: 1, duration: '1s' };\n`,
    'lost.mjs': `import { defineScenario } from './bench/scenario/define-scenario.ts';\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    const { exitCode, stderr } = await run(name);
    assert.is(exitCode, 104, stderr);
    assert.match(stderr, /A scenario here describes one request/);
    assert.match(stderr, /import \{ defineScenario \} from '[./]+.*\/bench\/scenario\/define-scenario\.ts';/);
  }
});

test('faults of options and thresholds of a file are told together, and a plan that no seed repeats is refused', async () => {
  const faulty = await lay('faulty.ts', `name: 'faulty', ${short}, timeout: 3, thresholds: ['speed < 1']`);
  const told = await run(faulty);
  assert.is(told.exitCode, 104);
  assert.match(
    told.stderr,
    /^faulty\.ts: The scenario "faulty" has 3 faults:\n {2}timeout is 3; .*\n {2}the threshold "speed < 1"/,
  );
  const chance = await lay(
    'chance.ts',
    `name: 'chance', ${short}, request: () => ({ path: '/' + Math.random() })`,
  );
  const refused = await run(chance);
  assert.is(refused.exitCode, 104);
  assert.match(refused.stderr, 'returned two different requests from the same numbers');
});

test('a scenario file cannot end the command before its run, whether by process.exit or by an await without end', async () => {
  await writeFile(join(folder, 'leaving.mjs'), 'process.exit(0);\n');
  await writeFile(join(folder, 'waiting.mjs'), 'await new Promise(() => {});\n');
  const request = `name: 'quitting', ${short},\nrequest() { process.exit(0); }`;
  const [leaving, waiting, quitting] = await Promise.all([
    spawn('leaving.mjs'),
    spawn('waiting.mjs'),
    spawn(await lay('quitting.ts', request)),
  ]);
  for (const { exitCode, stderr } of [leaving, quitting]) {
    assert.is(exitCode, 107, stderr);
    assert.match(
      stderr,
      /^script error in (leaving\.mjs|quitting\.ts): it ended the process, by process\.exit;/,
    );
  }
  assert.is(waiting.exitCode, 107, waiting.stderr);
  assert.is(waiting.stderr, 'script error in waiting.mjs: it awaits what never comes');
});

test('what a scenario file throws while nobody waits for it ends the run with 107, its place and no stack', async () => {
  const options = `name: 'late', executor: 'constant-vus', vus: 1, duration: '20s', request: ${gone}`;
  const [thrown, rejected] = await Promise.all([
    spawn(await lay('late.ts', options, "setTimeout(() => { throw new Error('too late'); }, 900);")),
    spawn(await lay('later.ts', options, "setTimeout(() => Promise.reject(new Error('lost')), 900);")),
  ]);
  assert.is(thrown.exitCode, 107, thrown.stderr);
  assert.match(thrown.stderr, /^script error in late\.ts:2:\d+: too late$/);
  assert.is(rejected.exitCode, 107, rejected.stderr);
  assert.match(rejected.stderr, /^script error in later\.ts:2:\d+: lost$/);
});

test('a timer that a scenario file leaves running does not hold the command up', async () => {
  const options = `name: 'ticking', ${short}, request: ${gone}`;
  const { exitCode, timedOut } = await spawn(await lay('ticking.ts', options, 'setInterval(() => {}, 100);'));
  assert.is(timedOut, false);
  assert.is(exitCode, 0);
});

test('what a scenario logs goes to stderr, so that --json leaves one document alone on stdout', async () => {
  const options = `name: 'talking', ${short},
setup() { console.log('setting up'); }, teardown() { console.table([1]); },
request() { console.info('asking'); return ${gone}; }`;
  const file = await lay('talking.ts', options, "console.debug('imported');");
  const { exitCode, stdout, stderr } = await spawn(file, '--json', '--out', 'talked');
  assert.is(exitCode, 0, stderr);
  assert.is(JSON.parse(stdout).status, 'completed');
  for (const said of ['imported', 'setting up', 'asking', '(index)']) assert.ok(stderr.includes(said), said);
});

if (process.platform === 'linux') {
  test('results that a full disk does not take end with 1 and a message', async () => {
    const file = await lay('lost.ts', `name: 'lost', ${short}, request: ${gone}`);
    const args = [process.execPath, command, 'run', file, '--target', url, '--quiet'];
    const { exitCode, stderr } = await execa('sh', ['-c', 'exec "$0" "$@" > /dev/full', ...args], {
      cwd: folder,
      reject: false,
      stdin: 'ignore',
    });
    assert.is(exitCode, 1, stderr);
    assert.match(stderr, 'The results could not be written: ENOSPC');
  });
} else {
  skip(test, 'results that a full disk does not take end with 1', '/dev/full is such a disk');
}

test('a reader that is slow gets all of what is printed, not only what a pipe holds', async () => {
  const names = Array.from({ length: 400 }, (_, index) => `a name that is long enough ${index}`);
  await writeFile(
    join(folder, 'wordy.mjs'),
    `throw new Error(${JSON.stringify(names.join(' ').repeat(20))});\n`,
  );
  const running = spawn('wordy.mjs');
  running.stderr.pause();
  await delay(2_000);
  running.stderr.resume();
  const { exitCode, stderr } = await running;
  assert.is(exitCode, 107);
  assert.ok(stderr.length > 200_000, `${stderr.length} characters`);
});

test('a teardown that throws is 107, and the report of the finished load is saved and shown', async () => {
  const options = `name: 'untidy', ${short}, request: ${gone},\nteardown() { throw new Error('cannot clean up'); }`;
  const { exitCode, stdout, stderr } = await run(await lay('untidy.ts', options), '--out', 'untidy');
  assert.is(exitCode, 107, stderr);
  assert.match(stderr, /^script error in untidy\.ts:2:\d+: cannot clean up\n$/);
  assert.match(stdout, /VERDICT {5}valid[\s\S]*report {6}untidy\/report\.md\n$/);
  const report = readReport(await readFile(join(folder, 'untidy', 'report.json'), 'utf8'));
  assert.ok(report.black_box.metrics.total_requests > 0);
});

function lay(name: string, options: string, code?: string): Promise<string> {
  return layScenario(folder, name, options, code);
}

async function run(scenario: string, ...args: readonly string[]) {
  return bench(['run', scenario, '--target', url, '--quiet', ...args]);
}

/** In a process of its own, which the scenario may end. */
function spawn(scenario: string, ...args: readonly string[]) {
  return execa(process.execPath, [command, 'run', scenario, '--target', url, '--quiet', ...args], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    timeout: 15_000,
  });
}

test.run();
