import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skip } from '../../testing/skip.ts';

const test = suite('mutate command');
const command = resolve('scripts/mutate.ts');
const guard = 'export function isSmall(size: number): boolean {\n  return size < 10 && size >= 0;\n}\n';
const testFile = `import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isSmall } from '../size.ts';
const test = suite('size');
test('a size of 10 is not small', () => assert.not(isSmall(10)));
test('a size below 0 is not small', () => assert.not(isSmall(-1)));
test('a size of 9 is small', () => {
  while (isSmall(1e9) && isSmall(-1e9));
  assert.ok(isSmall(9));
});
test.run();
`;
let folder: string;
let scratch: string;

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mutate-test-'));
  scratch = join(folder, 'tmp');
  for (const path of ['test', 'tmp', 'scripts/mutate/guards']) {
    await mkdir(join(folder, path), { recursive: true });
  }
  await writeFile(join(folder, 'size.ts'), guard);
  await writeFile(join(folder, 'test/size.test.ts'), testFile);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  await writeFile(join(folder, '.gitignore'), 'node_modules\ntmp\n');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await execa('git', ['init', '--quiet'], { cwd: folder });
});

test.after.each(() => rm(folder, { recursive: true }));

test('a guard whose named test fails without it is killed, and the working tree stays as it is', async () => {
  await addPatch('upper', 'a size of 10', 'size >= 0');
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 0, stdout);
  assert.match(stdout, /^upper {2}killed {2} +[\d.]+ s {2}sizes have limits$/m);
  assert.match(stdout, '1 of 1 guards: their test fails when they are gone');
  assert.is(await readFile(join(folder, 'size.ts'), 'utf8'), guard);
  assert.equal(await readdir(scratch), []);
});

test('a guard that nothing misses, and one that another test misses, fail the command', async () => {
  await addPatch('survivor', 'a size of 10', 'size < 10 && size > -1');
  await addPatch('other', 'a size of 10', 'size < 10');
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 1);
  assert.match(stdout, /^survived: survivor, test\/size\.test\.ts: "a size of 10" passes without the guard$/m);
  assert.match(
    stdout,
    /^wrong test: other, .*"a size of 10" passes; what fails: a size below 0 is not small$/m,
  );
  assert.match(stdout, '0 of 2 guards');
});

test('a patch that no longer applies or names no test fails the command, and says how it is renewed', async () => {
  await addPatch('stale', 'a size of 10', 'size >= 0');
  await addPatch('nameless', 'a size of 11', 'size >= 0');
  await writeFile(join(folder, 'size.ts'), guard.replace('< 10', '<= 9'));
  const { exitCode, stdout, stderr } = await mutate();
  assert.is(exitCode, 1);
  assert.match(stderr, /^stale: the patch no longer applies: .*size\.ts/m);
  assert.match(stderr, /^nameless: .*test\/size\.test\.ts has no test "a size of 11"$/m);
  assert.match(stderr, /git diff -U1 -- size\.ts/);
  assert.match(stdout, '0 of 2 guards: their test fails when they are gone, 2 patches to renew');
});

test('a test that fails with the guard, too, shows nothing', async () => {
  await addPatch('upper', 'a size of 10', 'size >= 0');
  await writeFile(join(folder, 'test/size.test.ts'), testFile.replace('isSmall(10)', 'isSmall(9)'));
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 1);
  assert.match(stdout, /^unsound: upper, .*fails with the guard, too: a size of 10 is not small$/m);
});

test('what other tests of the file do is of no interest to a test that can do without them', async () => {
  await addPatch('upper', 'a size of 10', 'size >= 0');
  await addTest("test('a size of 11 is small', () => assert.ok(isSmall(11)));");
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 0, stdout);
  assert.is(await readFile(join(folder, 'size.ts'), 'utf8'), guard);
});

test('a test that needs another one of its file is run together with it', async () => {
  await addPatch('upper', 'a size of 20', 'size >= 0');
  await addTest('let least = 0;');
  await addTest("test('a size of 10 is the least', () => { least = 10; });");
  await addTest("test('a size of 20 is not small', () => assert.not(least < 10 || isSmall(20)));");
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 0, stdout);
});

test('a test that is skipped here is no failure of the command, and no proof', async () => {
  await addPatch('upper', 'a size of 20', 'size >= 0');
  await addTest("console.log('SKIPPED a size of 20 is not small: no scales');");
  await addTest("test.skip('a size of 20 is not small', () => {});");
  const { exitCode, stdout } = await mutate();
  assert.is(exitCode, 0, stdout);
  assert.match(stdout, /^skipped: upper, test\/size\.test\.ts: a size of 20 is not small: no scales$/m);
  assert.match(stdout, '0 of 1 guards: their test fails when they are gone, 1 skipped');
});

if (process.platform === 'linux') {
  test('processes of its own that a test leaves running when its guard is gone are ended', async () => {
    await addPatch('upper', 'a size of 20', 'size >= 0');
    await writeFile(join(folder, 'wait.ts'), 'setInterval(() => {}, 1_000);\nconsole.log("up");\n');
    await addTest("import { spawn } from 'node:child_process';");
    await addTest("import { once } from 'node:events';");
    await addTest("import { writeFileSync } from 'node:fs';");
    await addTest(`test('a size of 20 is not small', async () => {
  if (!isSmall(20)) return;
  const child = spawn(process.execPath, [process.cwd() + '/wait.ts'], { detached: true });
  writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(child.pid));
  await once(child.stdout, 'data');
  process.exit(1);
});`);
    await mutate();
    const pid = await readFile(join(folder, 'pid'), 'utf8');
    // Empty, too, of one that has ended and that nobody has asked for its exit code.
    assert.is(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''), '');
  });
} else {
  skip(test, 'processes that a test leaves running are ended', 'processes are found through /proc');
}

test('Ctrl-C ends the command with 105 and leaves no scratch copy behind', async () => {
  await addPatch('upper', 'a size of 9', 'true');
  const running = mutate();
  while (!(await readdir(scratch)).some((name) => name.startsWith('modelrig-mutate-'))) await sleep(20);
  await sleep(500);
  running.kill('SIGINT');
  assert.is((await running).exitCode, 105);
  assert.equal(await readdir(scratch), []);
});

test('a pattern that matches no guard is refused by name', async () => {
  await addPatch('upper', 'a size of 10', 'size >= 0');
  const { exitCode, stderr } = await mutate('lower');
  assert.is(exitCode, 104);
  assert.match(stderr, 'no guard\'s name or test file contains "lower"');
});

test.run();

function mutate(...patterns: string[]) {
  const env = { TMPDIR: scratch, NO_COLOR: '1' };
  return execa(process.execPath, [command, ...patterns], { cwd: folder, env, reject: false });
}

/** Behind those that are there. */
async function addTest(line: string): Promise<void> {
  const path = join(folder, 'test/size.test.ts');
  await writeFile(path, (await readFile(path, 'utf8')).replace('test.run();', `${line}\ntest.run();`));
}

async function addPatch(name: string, title: string, replacement: string): Promise<void> {
  const lines = [
    'Guard: sizes have limits',
    'Test: test/size.test.ts',
    `Title: ${title}`,
    '',
    'diff --git a/size.ts b/size.ts',
    '--- a/size.ts',
    '+++ b/size.ts',
    '@@ -1,3 +1,3 @@',
    ' export function isSmall(size: number): boolean {',
    '-  return size < 10 && size >= 0;',
    `+  return ${replacement};`,
    ' }',
    '',
  ];
  await writeFile(join(folder, `scripts/mutate/guards/${name}.patch`), lines.join('\n'));
}
