import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('validate command');
const names = ['wrk', 'bare', 'stock', 'drift', 'instruments', 'viewers', 'statistics', 'rounds', 'proxy'];

test('the help lists every claim, and no name or a wrong one is refused with those that there are', async () => {
  const help = await validate('--help');
  assert.is(help.exitCode, 0);
  for (const name of names) assert.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
  const [none, wrong] = await Promise.all([validate(), validate('speed')]);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, `<${names.join(' | ')}>`);
  assert.is(wrong.exitCode, 104);
  assert.match(wrong.stderr, `Allowed choices are ${names.join(', ')}`);
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
