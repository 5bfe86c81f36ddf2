import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stopTimeoutSeconds } from '../../contract/stopping.ts';
import { readServiceConfig } from '../config.ts';
import { chooseStopTimes } from '../stop-times.ts';

const test = suite('stop times');

for (const computeBackend of ['local', 'fargate'] as const) {
  test(`on ${computeBackend} workers are ended after notice and drain, and before their container is killed`, () => {
    const config = { ...readServiceConfig({}), computeBackend, host: '0.0.0.0' };
    const { noticeMs, drainSeconds, limitMs } = chooseStopTimes(config);
    assert.is(noticeMs, 3_000);
    assert.ok(limitMs >= noticeMs + drainSeconds * 1_000 + 10_000);
    assert.ok(limitMs < stopTimeoutSeconds * 1_000);
  });
}

test.run();
