import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('soak command');
const command = resolve('scripts/soak.ts');

test('under faults from a seed every check of a short soak holds, with progress meanwhile and lines without colours', async () => {
  const { exitCode, stdout, stderr } = await soak('--minutes', '1', '--seed', '191');
  assert.is(exitCode, 0, stdout);
  assert.match(stderr, '--seed 191 repeats them');
  assert.match(stderr, /^soak {6}\d+ of 60 s: \d+ bodies, /m);
  assert.match(stdout, /^ok {4}no wrong byte {2,}0 wrong of [1-9]/m);
  assert.match(stdout, /^ok {4}every run has ended /m);
  assert.match(stdout, /^ {6}the service is killed +1$/m);
  assert.not.match(stdout + stderr, '\x1b');
});

test('a soak that is interrupted ends within seconds with 105 and judges nothing', async () => {
  const running = soak('--minutes', '5', '--seed', '7');
  for await (const line of createInterface({ input: running.stderr })) if (/bodies/.test(line)) break;
  const startMs = performance.now();
  running.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await running;
  assert.is(exitCode, 105);
  assert.is(stdout, '');
  assert.match(stderr, 'interrupted: nothing is judged');
  assert.ok(performance.now() - startMs < 60_000);
});

test('a wrong flag is refused with what is allowed, and the help tells the exit codes', async () => {
  const [none, text, long, help] = await Promise.all([
    soak('--minutes', '0'),
    soak('--seed', 'x'),
    soak('30'),
    soak('--help'),
  ]);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, 'Allowed: a number from 0.2 to 1440');
  assert.is(text.exitCode, 104);
  assert.match(text.stderr, 'Allowed: a whole number from 0 to 4294967295');
  assert.is(long.exitCode, 104);
  assert.is(help.exitCode, 0);
  for (const told of ['--minutes', '--seed', '105 interrupted']) assert.match(help.stderr, told);
});

test.run();

function soak(...args: string[]) {
  return execa(process.execPath, [command, ...args], {
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: false,
  });
}
