import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseExitCode } from '../cli/choose-exit-code.ts';

const test = suite('exit code');

type Value = 'valid' | 'incomplete' | 'invalid';

function describe(value: Value, isPassed: boolean, stopped_because: string | null = null) {
  const thresholds = [{ expression: 'success_rate == 100', value: 99, passed: isPassed }];
  return { verdict: { value, reasons: [] }, thresholds, stopped_because };
}

test('a valid run within its thresholds is 0, one that crossed a threshold 99', () => {
  assert.is(chooseExitCode('completed', describe('valid', true), false), 0);
  assert.is(chooseExitCode('completed', describe('valid', false), false), 99);
});

test('a load that a threshold stopped is 108, even where the threshold holds in the end', () => {
  for (const isPassed of [true, false]) {
    assert.is(chooseExitCode('completed', describe('valid', isPassed, 'The threshold ...'), false), 108);
  }
});

test('an incomplete or invalid run is 110 whatever its thresholds say or stopped', () => {
  for (const value of ['incomplete', 'invalid'] as const) {
    for (const isPassed of [true, false]) {
      assert.is(chooseExitCode('completed', describe(value, isPassed), false), 110);
      assert.is(chooseExitCode('completed', describe(value, isPassed, 'The threshold ...'), false), 110);
    }
  }
});

test('a failed or cancelled run is 1, an interrupted command 105 with or without a report', () => {
  assert.is(chooseExitCode('failed', null, false), 1);
  assert.is(chooseExitCode('cancelled', null, false), 1);
  assert.is(chooseExitCode('cancelled', null, true), 105);
  assert.is(chooseExitCode('completed', describe('valid', true, 'the load was stopped'), true), 105);
});

test.run();
