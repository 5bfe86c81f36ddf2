import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseLoad } from '../../bench/cli/choose-load.ts';
import { parseWorkload } from '../../bench/cli/parse-workload.ts';
import { findLengthSeconds } from '../../bench/scenario/find-length.ts';
import { layScenario } from './support/lay-scenario.ts';
import { bench } from './support/run-bench.ts';

const test = suite('bench flags');
const repository = resolve('.');
/** Nothing listens there: what is wrong is told before a target is asked. */
const url = 'http://127.0.0.1:9';
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-flags-'));
  process.chdir(folder);
});
test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('what is wrong with scenario and flags is told together, and the exit code is 104', async () => {
  await writeFile(join(folder, 'none.mjs'), 'export const options = { vus: 3 };');
  const wrong = await layScenario(folder, 'wrong.ts', `name: 'wrong', executor: 'constant-vus', vus: 5000`);
  const cases: [args: string[], ...told: RegExp[]][] = [
    [
      ['nothing', '--vus', '0', '--duration', 'soon'],
      /no scenario "nothing"/,
      /--vus is "0"/,
      /--duration is "soon"/,
    ],
    [['gone.ts'], /gone\.ts cannot be read \(ENOENT\)/],
    [['none.mjs'], /none\.mjs is written for k6: it exports `options`/],
    [[wrong], /wrong\.ts: [\s\S]*vus is 5000[\s\S]*duration is missing/],
    [['ramp', '--vus', '5'], /"ramp" has no `vus`/],
    [['zipf-500', '--model', 'a/b'], /zipf-500 asks for all models/],
    [['burst-100', '--target', 'nonsense'], /--target is "nonsense"/],
    [['open-rate', '--vus', '5'], /"open-rate" has no `vus`.*`preAllocatedVUs` and `maxVUs`/],
    [['burst-100', '--duration', '5'], /--duration is "5"; allowed: a duration with its unit, such as 5s/],
    [['burst-100', '--duration', '600h'], /--duration is "600h"; allowed: .* at most 24h/],
    [['ramp', '--duration', '61s'], /--duration is "61s"; allowed: .* at most the 60 s of ramp's stages/],
  ];
  const answers = await Promise.all(cases.map(([args]) => bench(['run', '--target', url, ...args])));
  answers.forEach(({ exitCode, stderr }, index) => {
    const [args, ...told] = cases[index] ?? [[]];
    assert.is(exitCode, 104, `${args.join(' ')}: ${stderr}`);
    for (const part of told) assert.match(stderr, part);
  });
});

test('a duration is the load’s own, longer or shorter than the scenario’s, and of iterations the longest', async () => {
  for (const duration of ['5s', '2h']) {
    const seconds = duration === '5s' ? 5 : 7_200;
    for (const name of ['burst-100', 'zipf-500', 'sustained-100', 'open-rate']) {
      const { scenario } = await chooseLoad(name, { target: url, duration });
      assert.is(findLengthSeconds(scenario), seconds, `${name} for ${duration}`);
    }
  }
});

test('flags before the command, which would mean nothing to it, and flags that npm swallowed are refused', async () => {
  const before = await bench(['--clients', '3', 'run', 'burst-100', '--target', url]);
  assert.is(before.exitCode, 104);
  assert.match(before.stderr, '--clients stands before "run"');
  const swallowed = await bench(['run', 'burst-100', url, '3'], {
    npm_config_target: 'true',
    npm_config_vus: 'true',
  });
  assert.is(swallowed.exitCode, 104);
  assert.match(swallowed.stderr, 'npm took --target --vus for itself');
});

test('run has no --runners, and says which commands share a load among several', async () => {
  for (const place of ['burst-100', 'gone.ts']) {
    const { exitCode, stderr } = await bench(['run', place, '--target', url, '--runners', '4']);
    assert.is(exitCode, 104);
    assert.match(stderr, '"run" loads from this one process');
    assert.match(stderr, 'npm run bench -- --runners 4');
    assert.match(stderr, 'trigger --url URL --runners 4');
  }
  assert.not.match((await bench(['run', '--help'])).stdout, '--runners');
});

test('what the service of the bare form would refuse is told before there is one, and in flags', async () => {
  for (const [args, told] of [
    [['--runners', '100'], '--runners is "100"; allowed: at most 64 on one machine'],
    [['--download-concurrency', '5'], '--download-concurrency is "5"; cached has no such limit'],
    [['--allow-fewer'], '--allow-fewer is "true"; allowed: only with --runners above 1'],
    [['--clients', '2000'], '--clients is "2000"; allowed: at most 1000 for each of --runners, so 1000 here'],
  ] as const) {
    const { exitCode, stderr } = await bench(args);
    assert.is(exitCode, 104, stderr);
    assert.match(stderr, told);
  }
  const buffered = await bench(['--download-concurrency', '5'], { DELIVERY: 'buffered' }).catch(String);
  assert.match(JSON.stringify(buffered), 'No test here needs a service of its own');
});

test('credentials in a URL are refused and are not repeated', async () => {
  const secret = 'http://me:hush/hush@127.0.0.1:9';
  for (const args of [
    ['run', 'burst-100', '--target', 'http://me:hush@127.0.0.1:9'],
    ['run', 'burst-100', '--target', 'http:me:hush@127.0.0.1'],
    ['run', 'burst-100', '--target', secret],
    ['trigger', '--url', 'https://me:hush@127.0.0.1:9/'],
  ]) {
    const { exitCode, stdout, stderr } = await bench(args);
    assert.is(exitCode, 104, stderr);
    assert.match(
      stderr,
      /--(url|target) is ".*\*\*\*@127\.0\.0\.1.*"; allowed: an http:\/\/ .* without credentials, query or fragment/,
    );
    assert.not.match(stdout + stderr, 'hush');
    assert.not.match(stdout + stderr, 'me:');
  }
});

test('the deadline of a workload is a whole number of seconds, with its unit or without', async () => {
  for (const [text, seconds] of [
    ['6', 6],
    ['6s', 6],
    ['1m30s', 90],
  ] as const) {
    assert.is(parseWorkload({ duration: text }).duration_seconds, seconds);
  }
  const { exitCode, stderr } = await bench(['--duration', '500ms']);
  assert.is(exitCode, 104);
  assert.match(stderr, '--duration is "500ms"; allowed: a whole number of seconds from 1 to 3600');
});

test('help says when --json prints nothing, and what 104 stands for', async () => {
  const { stdout } = await bench(['--help']);
  const text = stdout.replace(/\s+/g, ' ');
  assert.match(text, 'nothing at all where a failure left none');
  assert.match(text, '104 wrong usage or configuration');
});

test('commands that take no arguments give help when asked for it, and refuse the rest, without starting', async () => {
  for (const [file, name] of [
    ['render-reports', 'reports'],
    ['check', 'check'],
  ]) {
    const start = (flag: string) =>
      execa(process.execPath, [join(repository, `scripts/${file}.ts`), flag], { cwd: folder, reject: false });
    const [help, unknown] = await Promise.all([start('--help'), start('--now')]);
    assert.is(help.exitCode, 0);
    assert.match(help.stdout, `Usage: npm run ${name}`);
    assert.is(unknown.exitCode, 104);
    assert.match(unknown.stderr, "unknown option '--now'");
  }
});

test.run();
