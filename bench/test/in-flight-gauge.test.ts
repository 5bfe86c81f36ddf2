import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkIdentities } from '../metrics/check-identities.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { closeRawServers, run, serveRaw, whole } from './support/raw-server.ts';

const test = suite('in-flight gauge');
test.after(closeRawServers);

const options = { executor: 'shared-iterations', vus: 5, iterations: 60, timeout: '1s' } as const;
const scenario = defineScenario({ name: 'test', ...options });

test('the gauge agrees with the latencies of successes, cut answers and answers that never come', async () => {
  const server = await serveRaw((socket, index) => {
    if (index === 7) return;
    if (index % 10 === 3) socket.end(whole.subarray(0, 1_000));
    else setTimeout(() => socket.write(whole), index % 20);
  });
  const measurement = await run(server.url, options);
  assert.is(measurement.attempts.filter(({ outcome }) => outcome !== 'ok').length, 7);
  assert.ok((measurement.inFlightMs ?? 0) > 1_000);
  assert.is(findIdentity(measurement)?.holds, true);
});

test('a ledger whose starts are later than the requests were does not agree with it', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 10));
  const measurement = await run(server.url, options);
  const shiftMs = 1 + (findIdentity(measurement)?.expected ?? 0);
  const attempts = measurement.attempts.map((attempt) => ({
    ...attempt,
    started_ms: attempt.started_ms + shiftMs,
  }));
  assert.is(findIdentity({ ...measurement, attempts })?.holds, false);
});

test.run();

function findIdentity(measurement: Measurement) {
  return checkIdentities(measurement, scenario).find(({ name }) => name.startsWith('in flight'));
}
