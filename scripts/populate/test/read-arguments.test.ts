import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../bench/cli/exit-codes.ts';
import { readArguments } from '../read-arguments.ts';

const test = suite('populate arguments');

test('--performance alone means 500 synthetic models, 16 at once', () => {
  const args = readArguments(['--performance']);
  assert.is(args?.count, 500);
  assert.is(args?.concurrency, 16);
  assert.is(args?.replace, false);
  assert.is(args?.source.name, 'synthetic');
});

test('the source follows the seed', async () => {
  const digestOf = async (argv: string[]) => {
    const model = readArguments(['--performance', ...argv])?.source.list(2)[1];
    const chunks = [];
    for await (const chunk of model?.open() ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString('hex');
  };
  assert.is(await digestOf(['--seed', 'a']), await digestOf(['--seed', 'a']));
  assert.is.not(await digestOf(['--seed', 'a']), await digestOf([]));
});

test('without --performance it is a usage error that says what would be done', () => {
  assert.throws(
    () => readArguments([]),
    (error: unknown) => error instanceof UsageError && /fills the registry/.test(error.message),
  );
});

test('wrong flags and values are usage errors that name them', () => {
  for (const wrong of [
    ['--count', '0'],
    ['--count', 'many'],
    ['--count', '1.5'],
    ['--count', '10001'],
    ['--count'],
    ['--concurrency', '65'],
    ['--source', 'nowhere'],
    ['--performnce'],
    ['extra'],
  ]) {
    assert.throws(
      () => readArguments(['--performance', ...wrong]),
      (error: unknown) => error instanceof UsageError && error.message.includes(String(wrong[0])),
      wrong.join(' '),
    );
  }
});

test.run();
