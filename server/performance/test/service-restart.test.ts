import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findRunner, waitForNoRunner } from './support/runner-processes.ts';
import { trigger, waitFor, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';

const test = suite('service restart');
const program = fileURLToPath(new URL('../../main.ts', import.meta.url));
let stores: TestStores;
let service: Awaited<ReturnType<typeof startService>>;

test.before(async () => {
  stores = await startStores();
});

test.before.each(async () => {
  service = await startService();
});

test.after.each(() => service.stop());
test.after(() => stores?.close());

test('a service killed in mid run loses nothing: the run completes as incomplete, the next trigger works', async () => {
  stores.s3.setFault({ afterBytes: 50_000, act: 'stall' });
  const { run_id } = await trigger(service.url, { num_clients: 3 });
  await waitFor(service.url, run_id, ({ progress }) => (progress?.in_flight ?? 0) === 3);
  await service.stop();
  stores.s3.setFault(null);
  service = await startService();
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  assert.is(results.metrics?.success_rate, 0);
  assert.is(results.verdict?.value, 'incomplete');
  const next = await trigger(service.url, { num_clients: 1 });
  assert.is((await waitForEnd(service.url, next.run_id)).status, 'completed');
});

test('service and runner killed: the restarted service fails the run within 15 s, the next trigger works', async () => {
  stores.s3.setFault({ afterBytes: 50_000, act: 'stall' });
  const { run_id } = await trigger(service.url, { num_clients: 3 });
  await waitFor(service.url, run_id, ({ status }) => status === 'running');
  const killedMs = performance.now();
  await service.stop();
  process.kill(findRunner(run_id), 'SIGKILL');
  await waitForNoRunner(run_id);
  stores.s3.setFault(null);
  service = await startService();
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'failed');
  assert.match(results.failure_reason ?? '', 'The runner of shard 0 was lost');
  assert.ok(performance.now() - killedMs < 15_000);
  const next = await trigger(service.url, { num_clients: 1 });
  assert.is((await waitForEnd(service.url, next.run_id)).status, 'completed');
});

/** The real program; `stop` kills it as the kernel would. */
async function startService() {
  const child = execa(process.execPath, [program], {
    env: { ...stores.env, PORT: '0' },
    stdin: 'ignore',
    stderr: 'inherit',
    reject: false,
    buffer: false,
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    url: (JSON.parse(String(line)) as { url: string }).url,
    async stop() {
      child.kill('SIGKILL');
      await child;
    },
  };
}

test.run();
