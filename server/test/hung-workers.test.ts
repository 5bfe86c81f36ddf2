import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { startStores, type TestStores } from '../performance/test/support/start-stores.ts';
import { listChildren } from './list-children.ts';
import { preload } from './preload.ts';
import { type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('hung workers');
/** What takes the primary process seconds takes it a fiftieth of them, so that its patience with workers ends soon. */
const program = `import cluster from 'node:cluster';
if (cluster.isPrimary) for (const name of ['setTimeout', 'setInterval']) {
  const real = globalThis[name];
  globalThis[name] = (call, ms, ...rest) => real(call, ms >= 2_000 ? ms / 50 : ms, ...rest);
}`;
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

test('a worker that hangs is noticed and replaced, and every new connection is served again', async () => {
  const [hung = 0] = listChildren(service.pid);
  process.kill(hung, 'SIGSTOP');
  await waitUntil('two others serve', async () => {
    const workers = listChildren(service.pid);
    return workers.length === 2 && !workers.includes(hung) && (await countAlive()) === 2;
  });
  assert.match(service.readLog(), `(pid ${hung}) has not answered for 150 s, and is ended.`);
  assert.match(service.readLog(), `(pid ${hung}) was ended by SIGKILL; another takes its place now.`);
  const statuses = await Promise.all(Array.from({ length: 40 }, () => ask(routes.live)));
  assert.is(statuses.filter((answer) => answer?.status === 200).length, 40);
});

test('a worker that hangs does not keep the service from ending, with a line and exit code 1', async () => {
  const [hung = 0] = listChildren(service.pid);
  process.kill(hung, 'SIGSTOP');
  service.kill('SIGTERM');
  const end = await Promise.race([service.ended, sleep(20_000, 'still there after 20 s', { ref: false })]);
  assert.is(end, 1);
  assert.match(service.readLog(), `(pid ${hung}) has not ended within 28 s, and is ended.`);
});

test.run();

/** Null where no answer came: the connection may be that of a worker that hangs. */
async function ask(route: string): Promise<Response | null> {
  const limit = { headers: { connection: 'close' }, signal: AbortSignal.timeout(20_000) };
  return fetch(service.url + route, limit).catch(() => null);
}

async function countAlive(): Promise<number> {
  const text = (await (await ask(routes.metrics))?.text()) ?? '';
  return Number(/^modelrig_workers{state="alive"} (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `not within 60 s: ${what}`);
    await sleep(50);
  }
}
