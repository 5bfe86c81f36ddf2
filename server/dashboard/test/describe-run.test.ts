import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeLimits } from '../page/parts/describe-run.ts';

const test = suite('describe run');
const limits = { download_concurrency: 4, s3_max_sockets: 150, cache_bytes: 64 * 1024 * 1024 };

test('each strategy is told with the limits that it has, and with no other', () => {
  const atOnce = '4 at once';
  const connections = '150 S3 connections';
  const memory = '64 MiB for artifacts';
  assert.equal(describeLimits({ delivery: 'blocking', ...limits }), [atOnce, connections, memory]);
  assert.equal(describeLimits({ delivery: 'buffered', ...limits }), [atOnce, connections, memory]);
  assert.equal(describeLimits({ delivery: 'streamed', ...limits }), [connections]);
  assert.equal(describeLimits({ delivery: 'cached', ...limits }), [connections, memory]);
  assert.equal(describeLimits({ delivery: 'redirected', ...limits }), []);
});

test.run();
