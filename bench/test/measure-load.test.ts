import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureLoad } from '../measure/measure-load.ts';
import type { Listener } from '../measure/start-listener.ts';
import { startNullServer } from '../measure/start-null-server.ts';
import { defineScenario } from '../scenario/define-scenario.ts';

const test = suite('measure load');
const bytes = 100_000;
const scenario = defineScenario({
  name: 'by-time',
  executor: 'constant-vus',
  vus: 1,
  duration: '60s',
  gracefulStop: '1s',
  request: { path: `/bytes/${bytes}`, expect: { bytes } },
});
let server: Listener;

test.before(async () => {
  server = await startNullServer();
});
test.after(() => server.stop());

test('a load by time ends when it has downloaded what it may, and says so', async () => {
  const startedMs = performance.now();
  const { stoppedBecause, attempts } = await measureLoad({
    scenario,
    url: server.url,
    headers: {},
    models: [],
    mostBytes: 3 * bytes,
  });
  assert.match(stoppedBecause ?? '', /^The load has downloaded \d+ bytes, and may download 300000\.$/);
  assert.ok(attempts.length >= 3);
  assert.ok(performance.now() - startedMs < 30_000, 'it went on until its time was over');
});

test('a load that has downloaded exactly what it may, and goes on without more, is not stopped', async () => {
  let asked = 0;
  const slow = createServer((_, response) => {
    asked += 1;
    if (asked === 1) response.end(Buffer.alloc(bytes));
    // Limits are looked at meanwhile.
    else setTimeout(() => response.end(), 3_000);
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  try {
    const { stoppedBecause, attempts } = await measureLoad({
      scenario: defineScenario({
        name: 'exactly',
        executor: 'per-vu-iterations',
        vus: 1,
        iterations: 2,
        maxDuration: '30s',
        request: { path: '/' },
      }),
      url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}`,
      headers: {},
      models: [],
      mostBytes: bytes,
    });
    assert.is(stoppedBecause, null);
    assert.is(attempts.length, 2);
  } finally {
    slow.close();
  }
});

test.run();
