import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import type { RunStatus } from '../../../contract/run.ts';
import { createDeliveryByRun, type DeliveryByRun, type RunToDeliver } from '../delivery-by-run.ts';
import type { DeliveryStrategy } from '../delivery-strategy.ts';

const test = suite('delivery by run');
const checkIntervalMs = 10;
const settings: DeliverySettings = { delivery: 'blocking', download_concurrency: 1, s3_max_sockets: 1 };
const forever = new AbortController().signal;
const own = createStub('streamed', () => {});
let created: DeliveryStrategy[];
let closed: DeliveryStrategy[];
let status: RunStatus;
/** Looks for runs wait for it. */
let looking: Promise<unknown>;
let delivery: DeliveryByRun;

test.before.each(() => {
  created = [];
  closed = [];
  status = 'running';
  looking = Promise.resolve();
  delivery = createDeliveryByRun({
    own,
    create: ({ delivery: name }) => {
      const strategy = createStub(name, () => closed.push(strategy));
      created.push(strategy);
      return strategy;
    },
    readRun: async (runId): Promise<RunToDeliver | null> => {
      await looking;
      if (runId !== 'run') return null;
      return { status, workload: { profile: { delivery: 'blocking' } }, delivery_settings: settings };
    },
    onError: (error) => assert.unreachable(String(error)),
    checkIntervalMs,
  });
});

test.after.each(async () => {
  await delivery.close();
});

test('requests of one run get one strategy, however many other ids are looked up between them', async () => {
  let found = () => {};
  looking = new Promise<void>((resolve) => (found = resolve));
  const first = delivery.choose('run', forever);
  const others = Array.from({ length: 16 }, (_, index) => delivery.choose(`other-${index}`, forever));
  const second = delivery.choose('run', forever);
  found();
  assert.is(await first, await second);
  assert.equal(new Set(await Promise.all(others)), new Set([own]));
  for (let index = 0; index < 40; index += 1) await delivery.choose(`more-${index}`, forever);
  assert.is(await delivery.choose('run', forever), await first);
  assert.is(created.length, 1);
});

test('the strategy of a run is closed once, when the run is over and the last that chose it has left', async () => {
  const [early, late] = [new AbortController(), new AbortController()];
  const strategy = await delivery.choose('run', early.signal);
  await delivery.choose('run', late.signal);
  assert.is(strategy.name, 'blocking');
  early.abort();
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, []);
  status = 'completed';
  // What was chosen is not opened yet.
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, []);
  late.abort();
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, [strategy]);
  await delivery.close();
  assert.is(closed.length, 1);
});

test('a run that nobody downloads for any more goes on with the same strategy until it is over', async () => {
  const leaving = new AbortController();
  const strategy = await delivery.choose('run', leaving.signal);
  leaving.abort();
  await sleep(3 * checkIntervalMs);
  assert.is(await delivery.choose('run', forever), strategy);
  assert.equal(closed, []);
});

test('a look that failed is tried again by the next request', async () => {
  looking = Promise.reject(new Error('away'));
  const error = await delivery.choose('run', forever).catch((reason: unknown) => reason);
  assert.match(String(error), 'away');
  looking = Promise.resolve();
  assert.is((await delivery.choose('run', forever)).name, 'blocking');
});

test('a run that has ended, an id that is no run’s and a request without an id get the own strategy', async () => {
  await delivery.choose('run', AbortSignal.abort());
  status = 'failed';
  await sleep(5 * checkIntervalMs);
  assert.is(closed.length, 1);
  for (const runId of ['run', 'none', null]) {
    assert.is(await delivery.choose(runId, forever), own, String(runId));
  }
  assert.is(created.length, 1);
});

function createStub(name: DeliveryStrategy['name'], onClose: () => void): DeliveryStrategy {
  return {
    name,
    open: async () => ({ kind: 'gone' }),
    async close() {
      onClose();
    },
  };
}

test.run();
