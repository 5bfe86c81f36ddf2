import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCacheSpace } from '../cache-space.ts';
import { createDownloadSlots } from '../download-slots.ts';

const test = suite('download slots');
const body = Buffer.from('body');

test('bodies are read in the order of asking, as slots become free', async () => {
  const { ask, log, leave } = openSlots(2);
  ask('a', 'b', 'c', 'd');
  await settle();
  assert.equal(log, ['a', 'b']);
  leave('b');
  await settle();
  assert.equal(log, ['a', 'b', 'c']);
  leave('a');
  await settle();
  assert.equal(log, ['a', 'b', 'c', 'd']);
});

test('one that leaves the queue never reads, and gives back nothing that it did not have', async () => {
  const { ask, asked, log, leave, slots } = openSlots(1);
  ask('a', 'b', 'c');
  leave('b');
  assert.equal(slots.readLoad(), { active: 1, queued: 1, limit: 1 });
  await asked.get('b')?.then(
    () => assert.unreachable(),
    (error) => assert.is(error.name, 'AbortError'),
  );
  leave('a');
  leave('a');
  await settle();
  assert.equal(log, ['a', 'c']);
  assert.equal(slots.readLoad(), { active: 1, queued: 0, limit: 1 });
  leave('c');
  assert.equal(slots.readLoad(), { active: 0, queued: 0, limit: 1 });
});

test('one that leaves between its turn and its read gives its slot on', async () => {
  const { ask, log, leave } = openSlots(1);
  ask('a', 'b', 'c');
  leave('a');
  leave('b');
  await settle();
  assert.is(log.at(-1), 'c');
});

test('a failed read and an artifact that is gone give their slots back at once, and once', async () => {
  const slots = createDownloadSlots(1, createCacheSpace(1_000));
  const { signal } = new AbortController();
  const failing = slots.admit(signal, 1, async () => {
    throw new Error('S3 is down');
  });
  await failing.then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, 'S3 is down'),
  );
  assert.equal(await slots.admit(signal, 1, async () => null), { kind: 'gone' });
  assert.equal(await slots.admit(signal, 1, async () => body), { kind: 'buffer', body });
  assert.equal(slots.readLoad(), { active: 1, queued: 0, limit: 1 });
});

test('one whose connection has closed already is not admitted', async () => {
  const slots = createDownloadSlots(1, createCacheSpace(1_000));
  const admitted = slots.admit(AbortSignal.abort(), 1, async () => body);
  await admitted.then(
    () => assert.unreachable(),
    (error) => assert.is(error.name, 'AbortError'),
  );
  assert.equal(slots.readLoad(), { active: 0, queued: 0, limit: 1 });
});

test('bodies wait for bytes as they wait for slots, and none that would fit overtakes one that came before', async () => {
  const { ask, log, leave } = openSlots(10, createCacheSpace(100), { a: 60, b: 50, c: 10 });
  ask('a', 'b', 'c');
  await settle();
  assert.equal(log, ['a']);
  leave('a');
  await settle();
  assert.equal(log, ['a', 'b', 'c']);
});

test('a body that is larger than all of the bytes has them to itself', async () => {
  const { ask, log, leave } = openSlots(10, createCacheSpace(100), { a: 1, huge: 5_000, b: 1 });
  ask('a', 'huge', 'b');
  await settle();
  assert.equal(log, ['a']);
  leave('a');
  await settle();
  assert.equal(log, ['a', 'huge']);
  leave('huge');
  await settle();
  assert.equal(log, ['a', 'huge', 'b']);
});

test('one that leaves the queue lets those behind it in that fit', async () => {
  const { ask, log, leave } = openSlots(10, createCacheSpace(100), { a: 60, b: 50, c: 10 });
  ask('a', 'b', 'c');
  leave('b');
  await settle();
  assert.equal(log, ['a', 'c']);
});

test('bodies take their memory from a space that others use: what is idle there makes room, what is in use makes them wait', async () => {
  const space = createCacheSpace(100);
  const evicted: string[] = [];
  const using = new AbortController();
  const keep = (name: string) => {
    const place = space.take(40, () => evicted.push(name));
    place?.keep();
    return place;
  };
  keep('used')?.use(using.signal);
  keep('idle');
  const { ask, log, leave } = openSlots(10, space, { a: 60, b: 40 });
  ask('a', 'b');
  await settle();
  assert.equal(evicted, ['idle']);
  assert.equal(log, ['a']);
  assert.is(space.readUse().usedBytes, 100);
  assert.is(keep('more'), null);
  using.abort();
  await settle();
  assert.equal(evicted, ['idle', 'used']);
  assert.equal(log, ['a', 'b']);
  leave('a');
  leave('b');
  assert.is(space.readUse().usedBytes, 0);
});

test('where there is no memory at all bodies are read one at a time', async () => {
  const { ask, log, leave } = openSlots(10, createCacheSpace(0));
  ask('a', 'b');
  await settle();
  assert.equal(log, ['a']);
  leave('a');
  await settle();
  assert.equal(log, ['a', 'b']);
});

test('one who gave up waiting for memory is not let in when there is some', async () => {
  const space = createCacheSpace(100);
  const free = space.hold(100);
  const { ask, log, leave, slots } = openSlots(10, space);
  ask('a', 'b');
  leave('a');
  free?.();
  await settle();
  assert.equal(log, ['b']);
  assert.equal(slots.readLoad(), { active: 1, queued: 0, limit: 10 });
});

function openSlots(
  limit: number,
  space = createCacheSpace(1_000),
  sizes: Readonly<Record<string, number>> = {},
) {
  const slots = createDownloadSlots(limit, space);
  const controllers = new Map<string, AbortController>();
  const asked = new Map<string, Promise<unknown>>();
  const log: string[] = [];
  return {
    slots,
    log,
    ask: (...names: string[]) => {
      for (const name of names) {
        const controller = new AbortController();
        controllers.set(name, controller);
        const admitted = slots.admit(controller.signal, sizes[name] ?? 1, async () => {
          log.push(name);
          return body;
        });
        admitted.catch(() => {});
        asked.set(name, admitted);
      }
    },
    asked,
    leave: (name: string) => controllers.get(name)?.abort(),
  };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test.run();
