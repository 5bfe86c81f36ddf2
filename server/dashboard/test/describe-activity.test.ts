import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeActivity, findShareDone, hasProgress } from '../page/model/describe-activity.ts';

const test = suite('describe activity');
const loading = { activity: 'loading', planned_seconds: null, cancel_requested: false } as const;
const progress = {
  elapsed_seconds: 6,
  total_requests: 100,
  done: 25,
  failed: 0,
  in_flight: 5,
  received_bytes: 1,
  bytes_per_second: 1,
};

test('a load by time is measured by its time, also where its requests are planned, and is never more than done', () => {
  assert.is(findShareDone(loading, progress), 0.25);
  assert.is(findShareDone({ ...loading, planned_seconds: 12 }, progress), 0.5);
  assert.is(findShareDone({ ...loading, planned_seconds: 5, activity: 'draining' }, progress), 1);
});

test('before the load, after it, and where nothing is planned, no share is made up', () => {
  assert.is(findShareDone(loading, null), null);
  assert.is(findShareDone({ ...loading, activity: 'reporting' }, progress), null);
  assert.is(findShareDone(loading, { ...progress, total_requests: null }), null);
});

test('silence means something only while progress is written', () => {
  assert.ok(hasProgress(loading));
  assert.not(hasProgress({ ...loading, activity: 'recalibrating' }));
});

test('what a run is at has words, and a cancel goes before all', () => {
  assert.match(describeActivity({ ...loading, activity: 'reporting' }), 'writing the report');
  assert.is(describeActivity({ ...loading, cancel_requested: true }), 'cancelling');
  assert.is(describeActivity({ ...loading, activity: null }), 'running');
});

test.run();
