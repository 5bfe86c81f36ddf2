import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseExitCode } from '../cli/choose-exit-code.ts';

const test = suite('exit code');
const verdict = (value: 'valid' | 'incomplete' | 'invalid') => ({ value, reasons: [] });
const threshold = (passed: boolean) => [{ expression: 'success_rate == 100', value: 99, passed }];

test('a valid run within its thresholds is 0, one that crossed a threshold 99', () => {
  assert.is(chooseExitCode('completed', { verdict: verdict('valid'), thresholds: threshold(true) }, false), 0);
  assert.is(
    chooseExitCode('completed', { verdict: verdict('valid'), thresholds: threshold(false) }, false),
    99,
  );
});

test('an incomplete or invalid run is 110 whatever its thresholds say', () => {
  for (const value of ['incomplete', 'invalid'] as const) {
    for (const passed of [true, false]) {
      const report = { verdict: verdict(value), thresholds: threshold(passed) };
      assert.is(chooseExitCode('completed', report, false), 110);
    }
  }
});

test('a failed or cancelled run is 1, an interrupted command 105', () => {
  assert.is(chooseExitCode('failed', null, false), 1);
  assert.is(chooseExitCode('cancelled', null, false), 1);
  assert.is(chooseExitCode('cancelled', null, true), 105);
});

test.run();
