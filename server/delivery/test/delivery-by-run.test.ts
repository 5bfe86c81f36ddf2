import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import type { RunStatus } from '../../../contract/run.ts';
import { createDeliveryByRun, type DeliveryByRun, type RunToDeliver } from '../delivery-by-run.ts';
import type { DeliveryStrategy, DownloadClient } from '../delivery-strategy.ts';

const test = suite('delivery by run');
const checkIntervalMs = 10;
const settings: DeliverySettings = { delivery: 'blocking', download_concurrency: 1, s3_max_sockets: 1 };
const forever = createClient();
const own = createStub('streamed', () => {});
let created: DeliveryStrategy[];
let closed: DeliveryStrategy[];
/** Runs that were read, in order. */
let read: string[];
let status: RunStatus;
/** Looks for runs wait for it. */
let looking: Promise<unknown>;
let delivery: DeliveryByRun;

test.before.each(() => {
  created = [];
  closed = [];
  read = [];
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
      read.push(runId);
      await looking;
      if (runId !== 'run' && runId !== 'next') return null;
      return {
        status: runId === 'run' ? status : 'running',
        workload: { profile: { delivery: 'blocking' } },
        delivery_settings: settings,
      };
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
  const [early, late] = [createClient(), createClient()];
  const strategy = await delivery.choose('run', early);
  await delivery.choose('run', late);
  assert.is(strategy.name, 'blocking');
  early.reset();
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, []);
  status = 'completed';
  // What was chosen is not opened yet.
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, []);
  late.reset();
  await sleep(5 * checkIntervalMs);
  assert.equal(closed, [strategy]);
  await delivery.close();
  assert.is(closed.length, 1);
});

test('a run that nobody downloads for any more goes on with the same strategy until it is over', async () => {
  const leaving = createClient();
  const strategy = await delivery.choose('run', leaving);
  leaving.reset();
  await sleep(3 * checkIntervalMs);
  assert.is(await delivery.choose('run', forever), strategy);
  assert.equal(closed, []);
});

test('the next run has a strategy when all of the one before is closed, and who still downloads for that is hung up on', async () => {
  const [slow, stranger] = [createClient(), createClient()];
  const strategy = await delivery.choose('run', slow);
  status = 'cancelled';
  await sleep(5 * checkIntervalMs);
  await delivery.choose('run', stranger);
  await delivery.choose('next', forever);
  assert.is(slow.signal.aborted, true);
  assert.is(stranger.signal.aborted, false);
  assert.equal(closed, [strategy]);
  assert.is(created.length, 2);
});

test('a run that has just ended makes way for the next one, too', async () => {
  const client = createClient();
  const strategy = await delivery.choose('run', client);
  status = 'completed';
  await delivery.choose('next', forever);
  assert.is(client.signal.aborted, true);
  assert.equal(closed, [strategy]);
});

test('a look at a run does not wait for its answer before it asks whether the one before is over', async () => {
  await delivery.choose('run', forever);
  read = [];
  const choosing = delivery.choose('next', forever);
  const readAtOnce = [...read];
  await choosing;
  assert.equal(readAtOnce, ['next', 'run']);
});

test('a strategy of a run that goes on is not closed for another run', async () => {
  const client = createClient();
  await delivery.choose('run', client);
  await delivery.choose('next', forever);
  await sleep(5 * checkIntervalMs);
  assert.is(client.signal.aborted, false);
  assert.equal(closed, []);
  // It is over when the other is there.
  status = 'completed';
  await sleep(5 * checkIntervalMs);
  assert.is(client.signal.aborted, true);
  assert.equal(closed, created.slice(0, 1));
});

test('a look that failed is tried again by the next request', async () => {
  looking = Promise.reject(new Error('away'));
  const error = await delivery.choose('run', forever).catch((reason: unknown) => reason);
  assert.match(String(error), 'away');
  looking = Promise.resolve();
  assert.is((await delivery.choose('run', forever)).name, 'blocking');
});

test('a run that has ended, an id that is no run’s and a request without an id get the own strategy', async () => {
  await delivery.choose('run', { signal: AbortSignal.abort(), reset() {} });
  status = 'failed';
  await sleep(5 * checkIntervalMs);
  assert.is(closed.length, 1);
  for (const runId of ['run', 'none', null]) {
    assert.is(await delivery.choose(runId, forever), own, String(runId));
  }
  assert.is(created.length, 1);
});

function createClient(): DownloadClient {
  const leaving = new AbortController();
  return { signal: leaving.signal, reset: () => leaving.abort() };
}

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
