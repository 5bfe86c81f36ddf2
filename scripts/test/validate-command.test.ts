import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('validate command');
const speed = ['speed', 'speed-warm', 'speed-cold', 'speed-health', 'speed-scale', 'speed-memory'];
const names = [
  ...['wrk', 'bare', 'stock', 'drift', 'instruments', 'viewers'],
  ...speed,
  ...['statistics', 'rounds', 'proxy'],
];

test('the help lists every claim, and no name or a wrong one is refused with those that there are', async () => {
  const help = await validate('--help');
  assert.is(help.exitCode, 0);
  for (const name of names) assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
  const [none, wrong] = await Promise.all([validate(), validate('sped')]);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, `<${names.join(' | ')}>`);
  assert.is(wrong.exitCode, 104);
  assert.match(wrong.stderr, `Allowed choices are ${names.join(', ')}`);
});

test('rounds are refused that are none, and where a claim has its own', async () => {
  const [none, own] = await Promise.all([
    validate('speed', '--rounds', '0'),
    validate('drift', '--rounds', '3'),
  ]);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, "'0' is invalid. Allowed: a whole number from 1 to 100.");
  assert.is(own.exitCode, 104);
  assert.match(own.stderr, `--rounds is not for drift; it is for ${speed.join(', ')}.`);
});

test('where wrk is missing it is said how to get it, before anything is measured', async () => {
  const { exitCode, stderr, stdout } = await validate('wrk');
  assert.is(exitCode, 104);
  assert.match(stderr, 'wrk is missing: apt-get install wrk');
  assert.is(stdout, '');
});

test.run();

/** On a machine without any tools. */
function validate(...args: string[]) {
  return execa(process.execPath, ['scripts/validate.ts', ...args], {
    reject: false,
    env: { PATH: '/nowhere' },
  });
}
