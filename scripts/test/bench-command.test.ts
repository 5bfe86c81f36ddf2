import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ServiceClient } from '../../bench/cli/service-client.ts';
import { reportSchema } from '../../contract/report.ts';
import { resultsSchema } from '../../contract/results.ts';
import { findProcesses } from '../testing/find-processes.ts';
import { skip } from '../testing/skip.ts';

const test = suite('bench command');
const command = resolve('scripts/bench.ts');
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-bench-'));
});
test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the bare command fills a registry, runs, saves a valid report and prints one JSON document alone on stdout', async () => {
  const { exitCode, stdout, stderr } = await bench(['--clients', '3', '--json']);
  assert.is(exitCode, 0, stderr);
  const results = resultsSchema.parse(JSON.parse(stdout));
  assert.is(results.status, 'completed');
  assert.is(results.metrics?.total_requests, 3);
  assert.is(results.metrics?.total_bytes, 3 * 24_834_009);
  assert.is(results.metrics?.error_rate, 0);
  assert.is(results.verdict?.value, 'valid');
  const saved = join(folder, 'reports', 'drafts', results.run_id);
  assert.equal((await readdir(saved)).sort(), [
    'latency.svg',
    'ledger.json.gz',
    'phases.json.gz',
    'phases.svg',
    'report.json',
    'report.md',
    'requests.svg',
  ]);
  const report = reportSchema.parse(JSON.parse(await readFile(join(saved, 'report.json'), 'utf8')));
  assert.is(report.fingerprint.environment.backend, 'embedded');
  const { data_set } = report.fingerprint.environment;
  assert.is(typeof data_set === 'object' && data_set.models, 500);
});

if (process.platform === 'linux') {
  test('Ctrl-C in mid run cancels it, exits with 105 and leaves no process behind', async () => {
    const marker = randomUUID();
    const running = bench(['--clients', '200'], { MODELRIG_TEST_MARKER: marker });
    for await (const line of createInterface({ input: running.stderr })) if (line.startsWith('run ')) break;
    await delay(2_000);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    assert.is(exitCode, 105);
    assert.match(
      stderr,
      /The run [0-9a-f-]{36} was cancelled .*; it has no report\. Its registry was this command's own/,
    );
    assert.equal(await findProcesses('environ', marker), []);
  });
  test('Ctrl-C of a service that --open kept cancels a run that was triggered at it, and leaves no process behind', async () => {
    const marker = randomUUID();
    const running = bench(['--open', '--clients', '1'], { MODELRIG_TEST_MARKER: marker });
    let runId = '';
    for await (const line of createInterface({ input: running.stderr })) {
      const [, url] = /^The service goes on at (http:\/\/[^/]+)/.exec(line) ?? [];
      if (url === undefined) continue;
      ({ run_id: runId } = await new ServiceClient(url, null).trigger({ num_clients: 200 }));
      break;
    }
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    assert.is(exitCode, 0);
    assert.match(stderr, new RegExp(`^run +${runId} cancelled$`, 'm'));
    assert.equal(await findProcesses('environ', marker), []);
  });
} else {
  for (const title of [
    'Ctrl-C in mid run cancels it and leaves no process behind',
    'Ctrl-C of a service that --open kept cancels a run that was triggered at it',
  ]) {
    skip(test, title, 'processes are found through /proc');
  }
}

test('wrong flags are all told at once with what is allowed, and the exit code is 104', async () => {
  const { exitCode, stdout, stderr } = await bench([
    '--clients',
    '0',
    '--duration',
    'soon',
    '--model',
    '../etc',
  ]);
  assert.is(exitCode, 104);
  assert.is(stdout, '');
  assert.match(stderr, /--clients is "0"; allowed: a whole number from 1 to 1000/);
  assert.match(stderr, /--duration is "soon"; allowed: a whole number of seconds from 1 to 3600/);
  assert.match(stderr, /--model is "\.\.\/etc"; allowed: a model id/);
  const contradiction = await bench(['--delivery', 'streamed', '--download-concurrency', '5']);
  assert.is(contradiction.exitCode, 104);
  assert.match(contradiction.stderr, '--download-concurrency is "5"; streamed has no such limit');
});

test('unknown flags, unknown commands and a URL that is none are usage errors', async () => {
  for (const args of [['--client', '3'], ['triger'], ['trigger'], ['trigger', '--url', 'nonsense']]) {
    const { exitCode, stderr } = await bench(args);
    assert.is(exitCode, 104, args.join(' '));
    assert.ok(stderr.length > 0);
  }
});

test('a command that is none names those that there are, and the one that was meant', async () => {
  const { stderr } = await bench(['frobnicate', '--clients', '3']);
  assert.match(
    stderr,
    'There is no command "frobnicate"; allowed: trigger, run, show, experiment, report, pull, compare',
  );
  assert.match((await bench(['triger'])).stderr, 'did you mean "trigger"?');
  assert.match((await bench(['show', 'a', 'b', '--frob'])).stderr, "unknown option '--frob'");
  assert.is((await bench(['run', 'burst-100', 'ramp', '--target', 'http://127.0.0.1:9'])).exitCode, 104);
});

test('flags that npm swallowed are noticed', async () => {
  const { exitCode, stderr } = await bench(['10'], { npm_config_clients: 'true' });
  assert.is(exitCode, 104);
  assert.match(stderr, /npm took --clients for itself\. Put "--" before flags/);
});

test('--help names flags, commands and exit codes on stdout and exits with 0', async () => {
  const { exitCode, stdout } = await bench(['--help']);
  assert.is(exitCode, 0);
  for (const part of ['--clients', 'trigger', 'Exit codes', '105']) assert.ok(stdout.includes(part), part);
});

test('a reports folder that cannot be written is told before anything is started', async () => {
  const blocked = join(folder, 'blocked');
  await mkdir(blocked);
  await writeFile(join(blocked, 'reports'), 'a file where the folder should be');
  const { exitCode, stderr } = await bench(['--clients', '1'], {}, blocked);
  assert.is(exitCode, 1);
  assert.match(stderr, /reports\/drafts cannot be written \(ENOTDIR\)/);
  assert.not.match(stderr, /stores/);
});

test('wrong environment values are told before the registry is filled, and the exit code is 104', async () => {
  const { exitCode, stderr } = await bench([], { DELIVERY: 'teleported', S3_MAX_SOCKETS: '0' });
  assert.is(exitCode, 104);
  assert.match(stderr, /DELIVERY is "teleported"; allowed: .*streamed/);
  assert.match(stderr, /S3_MAX_SOCKETS is "0"/);
  assert.not.match(stderr, /registry/);
});

test('trigger against a service that is not there says so and exits with 1', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const address = closed.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  closed.close();
  const { exitCode, stderr } = await bench(['trigger', '--url', url]);
  assert.is(exitCode, 1);
  assert.match(stderr, /127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED\. Is the service running\?/);
});

function bench(args: readonly string[], env: Record<string, string> = {}, cwd = folder) {
  return execa(process.execPath, [command, ...args], { env, cwd, reject: false, stdin: 'ignore' });
}

test.run();
