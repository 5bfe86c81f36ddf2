import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sumMetric } from '../sum-metric.ts';

const test = suite('sum metric');
const ofOne = `# TYPE modelrig_cache_bytes gauge
modelrig_cache_bytes 5
modelrig_s3_connections{state="active"} 2
modelrig_s3_connections{state="waiting"} 4`;
const ofTwo = `modelrig_cache_bytes{worker="0"} 5
modelrig_cache_bytes{worker="1"} 7e2
modelrig_cache_bytes_limit{worker="0"} 9
modelrig_s3_connections{state="active",worker="0"} 2
modelrig_s3_connections{state="waiting",worker="0"} 4
modelrig_s3_connections{state="active",worker="1"} 1`;

test('a metric of one process is its value', () => {
  assert.is(sumMetric(ofOne, 'modelrig_cache_bytes'), 5);
  assert.is(sumMetric(ofOne, 'modelrig_s3_connections', ['state="active"']), 2);
});

test('a metric of several workers is their sum, of those with the labels asked for', () => {
  assert.is(sumMetric(ofTwo, 'modelrig_cache_bytes'), 705);
  assert.is(sumMetric(ofTwo, 'modelrig_s3_connections', ['state="active"']), 3);
});

test('a metric that is not there is an error that names it, not a number', () => {
  assert.throws(() => sumMetric(ofOne, 'modelrig_cache'), '/metrics has no modelrig_cache.');
  assert.throws(() => sumMetric(ofTwo, 'modelrig_s3_connections', ['state="free"']), /{state="free"}/);
});

test.run();
