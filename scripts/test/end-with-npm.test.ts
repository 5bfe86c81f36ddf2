import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('end with npm');
const preload = './scripts/require-node.js';
const limitMs = 30_000;

for (const [name, command, sign] of [
  ['bench', 'scripts/bench.ts --scenario sustained-100', /^registry /],
  ['soak', 'scripts/soak.ts --minutes 5', /bodies/],
  ['validate', 'scripts/validate.ts drift', /This takes about/],
] as const) {
  test(`${name} ends, with all that it started, when npm has ended the shell between them`, async () => {
    // A shell that stays, as npm's does on Debian; it dies of a signal without a word to its child.
    const script = `"${process.execPath}" --import ${preload} ${command}; true`;
    const shell = start('sh', ['-c', script], { npm_lifecycle_event: name });
    await waitForLine(shell, sign);
    shell.kill('SIGTERM');
    // Resolves when nobody has the other end of its streams any more.
    const end = await Promise.race([shell.then(() => 'ended'), delay(limitMs, 'still there', { ref: false })]);
    assert.is(end, 'ended');
  });
}

test('without npm a command outlives the shell that started it', async () => {
  const script = `console.log('up'); setTimeout(() => console.log('outlived'), 1_500)`;
  const shell = start('sh', ['-c', `"${process.execPath}" --import ${preload} -e "${script}"; true`], {});
  await waitForLine(shell, /up/, 'stdout');
  shell.kill('SIGTERM');
  assert.match((await shell).stdout as string, 'outlived');
});

test('a hangup after a signal does not count as the second, which would not wait for the end in order', async () => {
  const script = `import { listenForInterruption } from './scripts/listen-for-interruption.ts';
    const signal = listenForInterruption();
    signal.addEventListener('abort', () => setTimeout(() => process.exit(0), 500));
    setInterval(() => {}, 1_000);
    console.log('up');`;
  for (const [second, exitCode] of [
    ['SIGHUP', 0],
    ['SIGTERM', 105],
  ] as const) {
    const running = start(process.execPath, ['--input-type=module', '-e', script], {});
    await waitForLine(running, /up/, 'stdout');
    running.kill('SIGTERM');
    await delay(100);
    running.kill(second);
    assert.is((await running).exitCode, exitCode);
  }
});

test.run();

function start(file: string, args: string[], own: Record<string, string>) {
  const { npm_lifecycle_event: _, ...env } = process.env;
  return execa(file, args, { env: { ...env, ...own }, extendEnv: false, reject: false, stdin: 'ignore' });
}

async function waitForLine(
  running: ReturnType<typeof start>,
  sign: RegExp,
  stream: 'stdout' | 'stderr' = 'stderr',
): Promise<void> {
  const input = running[stream] as NodeJS.ReadableStream;
  for await (const line of createInterface({ input })) {
    if (!sign.test(line)) continue;
    // What comes later is read and dropped.
    input.resume();
    return;
  }
  assert.unreachable(`it ended before it said ${sign}`);
}
