import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('test command');

test('a failing test fails the command and is counted', async () => {
  const { exitCode, stdout } = await runTests('fixtures/failing');
  assert.is(exitCode, 1);
  assert.match(stdout, /one is two/);
  assert.is(lastLine(stdout), '1 passed, 1 failed');
});

test('a file that never runs its suite fails the command', async () => {
  const { exitCode, stdout } = await runTests('fixtures/never-run');
  assert.is(exitCode, 1);
  assert.match(stdout, /never runs its suite test/);
  assert.is(lastLine(stdout), '0 passed, 1 failed');
});

test('a file that hangs is ended at the limit and fails the command', async () => {
  const { exitCode, stdout } = await runTests('fixtures/hanging', '--file-limit', '2');
  assert.is(exitCode, 1);
  assert.match(stdout, /did not end within 2 s/);
});

test('a file without a test, and one whose process ends badly after its tests passed, fail the command', async () => {
  const empty = await runTests('fixtures/empty');
  assert.is(empty.exitCode, 1);
  assert.match(empty.stdout, /ran no test/);
  const crashing = await runTests('fixtures/crashing');
  assert.is(crashing.exitCode, 1);
  assert.match(crashing.stdout, /ended with exit code 3/);
  assert.is(lastLine(crashing.stdout), '1 passed, 1 failed');
});

test('a pattern that matches nothing fails the command', async () => {
  const { exitCode, stdout } = await runTests('no-such-file');
  assert.is(exitCode, 1);
  assert.match(stdout, /no test file's path contains "no-such-file"/);
  assert.is(lastLine(stdout), '0 passed, 1 failed');
});

test('a skip is printed by name with its reason and does not fail the command', async () => {
  const { exitCode, stdout } = await runTests('fixtures/skipping.');
  assert.is(exitCode, 0);
  assert.match(stdout, /skipped {2}needs the moon: no moon here/);
  assert.is(lastLine(stdout), '1 passed, 0 failed, 1 skipped');
});

test('a skip without a reason fails the command', async () => {
  const { exitCode, stdout } = await runTests('fixtures/skipping-silently');
  assert.is(exitCode, 1);
  assert.match(stdout, /skips a test without a reason/);
});

test('Ctrl-C ends the files that run, and the command with 105', async () => {
  const running = runTests('fixtures/hanging');
  while (!hasChild(running.pid)) await sleep(50);
  running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  assert.is(exitCode, 105);
  assert.is(stdout, '');
});

test('test:localstack takes no arguments, and with --help it starts nothing', async () => {
  const run = (flag: string) =>
    execa(process.execPath, ['scripts/test-localstack.ts', flag], { reject: false });
  const help = await run('--help');
  assert.is(help.exitCode, 0);
  assert.match(help.stdout, 'npm run test:localstack');
  const wrong = await run('--nonsense');
  assert.is(wrong.exitCode, 104);
  assert.match(wrong.stderr, '--nonsense');
});

function runTests(...args: string[]) {
  return execa(process.execPath, ['scripts/test.ts', ...args], { reject: false });
}

/** Where it runs a file, it also hears signals. */
function hasChild(pid: number | undefined): boolean {
  const parents = execFileSync('ps', ['-eo', 'ppid=']).toString().split('\n');
  return parents.some((parent) => Number(parent) === pid);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

test.run();
