import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockingReadLimitMs } from '../../aws/blocking-read-limit.ts';
import { readServiceConfig } from '../../config.ts';
import { choosePulseTimes } from '../choose-pulse-times.ts';
import { watchPulse } from '../watch-pulse.ts';

const test = suite('pulse');
const local = readServiceConfig({});

test('where artifacts may be read while a worker stands still, it may be silent for longer than the longest read', () => {
  assert.ok(choosePulseTimes(local).silentMs > blockingReadLimitMs);
});

test('on Fargate, where nothing stands still for seconds, a worker may be silent for 30 s', () => {
  assert.is(choosePulseTimes({ ...local, computeBackend: 'fargate' }).silentMs, 30_000);
});

test('whoever cannot be asked counts as silent, once', async () => {
  let calls = 0;
  const refuse = () => Promise.reject(new Error('It has gone.'));
  watchPulse(refuse, { everyMs: 5, silentMs: 50 }, () => {
    calls += 1;
  });
  await sleep(500);
  assert.is(calls, 1);
});

test('whoever answers before the limit, each time, is never silent', async () => {
  let calls = 0;
  const answer = () => sleep(100);
  const unwatch = watchPulse(answer, { everyMs: 20, silentMs: 400 }, () => {
    calls += 1;
  });
  await sleep(1_000);
  unwatch();
  assert.is(calls, 0);
});

test.run();
