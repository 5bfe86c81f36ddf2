import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Progress } from '../../../contract/run.ts';
import { findActivity } from '../find-activity.ts';
import { makeRun, secondsFromNow } from './support/make-run.ts';

const test = suite('find activity');

function progressAt(elapsed_seconds: number): Progress {
  return {
    elapsed_seconds,
    total_requests: null,
    done: 3,
    failed: 0,
    in_flight: 2,
    received_bytes: 1,
    bytes_per_second: 1,
  };
}

test('before the load it is what the first runner noted, and the launch while nobody has', () => {
  assert.is(findActivity(makeRun(), null), 'launching');
  assert.is(findActivity(makeRun({ activity: 'calibrating' }), null), 'calibrating');
  assert.is(findActivity(makeRun({ activity: 'assembling' }), null), 'assembling');
});

test('a load by time is draining once its time is over, one that ends with its requests never is', () => {
  const running = makeRun({ status: 'running', activity: 'calibrating', planned_seconds: 10 });
  assert.is(findActivity(running, null), 'loading');
  assert.is(findActivity(running, progressAt(10)), 'loading');
  assert.is(findActivity(running, progressAt(10.5)), 'draining');
  assert.is(findActivity({ ...running, planned_seconds: null }, progressAt(500)), 'loading');
});

test('after the load the merge says more than what was noted before it', () => {
  const over = makeRun({ status: 'running', activity: 'recalibrating', planned_seconds: 10 });
  assert.is(findActivity(over, progressAt(12)), 'recalibrating');
  assert.is(findActivity({ ...over, activity: 'collecting' }, progressAt(12)), 'collecting');
  assert.is(findActivity({ ...over, merged_by: 0 }, progressAt(12)), 'sending_alone');
  const merging = { ...over, merged_by: 0, load_finished_at: secondsFromNow(0) };
  assert.is(findActivity(merging, progressAt(12)), 'reporting');
});

test('a run that has ended is at nothing, whatever was noted', () => {
  for (const status of ['completed', 'failed', 'cancelled'] as const) {
    assert.is(findActivity(makeRun({ status, activity: 'recalibrating' }), progressAt(12)), null);
  }
});

test.run();
