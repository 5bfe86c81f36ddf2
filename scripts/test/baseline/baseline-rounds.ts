import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readExperiment } from '../../../bench/compare/read-experiment.ts';

/** Run by `npm run test:baseline`, alone: its verdict is one on time. */
const test = suite('baseline on real rounds');
const route = 'server/http/download-route.ts';
const parts = ['bench', 'contract', 'scripts', 'server', 'package.json', 'package-lock.json', '.gitignore'];
let scratch = '';
let clone = '';

/** A repository of its own with this code in it, and its dependencies above it. */
test.before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'modelrig-clone-'));
  clone = join(scratch, 'clone');
  for (const part of parts) await cp(resolve(part), join(clone, part), { recursive: true });
  await symlink(resolve('node_modules'), join(scratch, 'node_modules'));
  await git('init', '--quiet');
  await commit('as it is');
});
test.after(async () => {
  await rm(scratch, { recursive: true, force: true });
});

test('50 ms that were added to each download since HEAD~1 exit with 111, and Markdown says WORSE', async () => {
  const path = join(clone, route);
  const source = await readFile(path, 'utf8');
  const slower = source.replace(
    /router\.get\(routes\.download, .*async \(ctx\) => \{/,
    '$& await new Promise((resolve) => setTimeout(resolve, 50));',
  );
  assert.is.not(slower, source);
  await writeFile(path, slower);
  await commit('slower');
  const markdown = join(scratch, 'verdict.md');
  const { exitCode, stdout, stderr } = await compare(
    ...['--pairs', '6', '--margin', '20', '--fail-on', 'WORSE', '--markdown', markdown, '--json'],
  );
  assert.is(exitCode, 111, stderr);
  const experiment = readExperiment(stdout);
  assert.is(experiment.verdict.value, 'WORSE');
  assert.ok(experiment.arms.before.subject.git_commit !== experiment.arms.after.subject.git_commit);
  assert.is(experiment.arms.before.subject.git_dirty, false);
  assert.match(await readFile(markdown, 'utf8'), '**WORSE: ');
  await assertNothingLeft();
});

test('a commit that changes nothing of it exits with 0', async () => {
  await writeFile(join(clone, 'README.md'), 'Nothing that runs.');
  await commit('readme');
  // As many pairs and the same margin: the gate could close.
  const { exitCode, stdout, stderr } = await compare(
    '--pairs',
    '6',
    '--margin',
    '50',
    '--fail-on',
    'WORSE',
    '--json',
  );
  assert.is(exitCode, 0, stdout + stderr);
  assert.ok(['SAME', 'INCONCLUSIVE'].includes(readExperiment(stdout).verdict.value), stdout);
  await assertNothingLeft();
});

test.run();

function compare(...flags: string[]) {
  const load = ['--clients', '4', '--requests', '5', '--artifact-bytes', '20000'];
  const args = ['scripts/bench.ts', 'compare', '--baseline', 'HEAD~1', ...load, ...flags];
  return execa(process.execPath, args, { cwd: clone, reject: false, stdin: 'ignore' });
}

async function commit(message: string): Promise<void> {
  await git('add', '--all');
  await git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.invalid',
    'commit',
    '--quiet',
    '-m',
    message,
  );
}

function git(...args: string[]) {
  return execa('git', args, { cwd: clone });
}

async function assertNothingLeft(): Promise<void> {
  const { stdout } = await git('worktree', 'list');
  assert.is(stdout.split('\n').length, 1, stdout);
}
