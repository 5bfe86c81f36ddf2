import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { startStores, type TestStores } from '../performance/test/support/start-stores.ts';
import { listChildren } from './list-children.ts';
import { preload } from './preload.ts';
import { type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('workers of one socket');
/** As on systems where a port cannot be shared: all workers then listen by the primary process. */
const program = `import { Server } from 'node:net';
const { listen } = Server.prototype;
Server.prototype.listen = function (options, ...rest) {
  if (!options?.reusePort) return listen.call(this, options, ...rest);
  const error = Object.assign(new Error('listen ENOTSUP'), { code: 'ENOTSUP' });
  process.nextTick(() => this.emit('error', error));
  return this;
};`;
const limitMs = 5_000;
let stores: TestStores;
let service: ServiceProcess;

test.before(async () => {
  stores = await startStores();
  service = await startServiceProcess(stores.stores, { WORKERS: '2', NODE_OPTIONS: preload(program) });
});
test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('a worker that hangs gets no connection, and the other serves everybody', async () => {
  const [hung = 0] = listChildren(service.pid);
  process.kill(hung, 'SIGSTOP');
  try {
    for (let at = 0; at < 10; at += 1) assert.is(await ask(), 200);
  } finally {
    process.kill(hung, 'SIGCONT');
  }
});

test('when all workers are killed no client waits for ever, and those that come after them serve', async () => {
  const killed = listChildren(service.pid);
  const asking = Array.from({ length: 40 }, () => ask());
  for (const worker of killed) process.kill(worker, 'SIGKILL');
  asking.push(...Array.from({ length: 40 }, () => ask()));
  assert.not((await Promise.all(asking)).includes('silent'));
  const deadlineMs = performance.now() + 30_000;
  while (listChildren(service.pid).filter((pid) => !killed.includes(pid)).length < 2 || (await ask()) !== 200) {
    assert.ok(performance.now() < deadlineMs, 'not within 30 s: two others serve');
    await sleep(100);
  }
  assert.equal(
    await Promise.all(Array.from({ length: 20 }, () => ask())),
    Array.from({ length: 20 }, () => 200),
  );
});

test.run();

/** The status; `gone` without an answer, `silent` where none came in time. */
async function ask(): Promise<number | 'gone' | 'silent'> {
  try {
    const answer = await fetch(service.url + routes.live, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(limitMs),
    });
    return answer.status;
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'silent' : 'gone';
  }
}
