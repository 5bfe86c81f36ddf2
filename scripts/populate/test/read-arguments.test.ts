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
  assert.is(args?.source, 'synthetic');
});

test('the seed is modelrig unless another is given', () => {
  assert.is(readArguments(['--performance'])?.seed, 'modelrig');
  assert.is(readArguments(['--performance', '--seed', 'a'])?.seed, 'a');
});

test('the hub is asked for 4 models at once unless another number is given', () => {
  const hub = ['--performance', '--source', 'huggingface'];
  assert.is(readArguments(hub)?.concurrency, 4);
  assert.is(readArguments([...hub, '--concurrency', '9'])?.concurrency, 9);
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
    ['--seed', 'a', '--source', 'huggingface'],
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
