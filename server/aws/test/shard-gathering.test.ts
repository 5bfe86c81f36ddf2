import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';

const test = suite('shard gathering');
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after(() => stores?.close());

for (const shards of [1, 3, 32, 33, 70]) {
  test(`of ${shards} shards in any order the last to come is told so, and no other`, async () => {
    const runId = randomUUID();
    const order = shuffle(Array.from({ length: shards }, (_, index) => index));
    const told: boolean[] = [];
    for (const index of order) told.push(await stores.runs.gather(runId, 'ready', { index, of: shards }));
    assert.equal(
      told,
      order.map((_, at) => at === shards - 1),
    );
  });
}

test('of 70 shards that come at once exactly one is told that it is the last', async () => {
  const runId = randomUUID();
  const told = await Promise.all(
    Array.from({ length: 70 }, (_, index) => stores.runs.gather(runId, 'ready', { index, of: 70 })),
  );
  assert.is(told.filter((isLast) => isLast).length, 1);
});

test('a shard that notes itself twice counts once', async () => {
  const runId = randomUUID();
  const note = (index: number) => stores.runs.gather(runId, 'done', { index, of: 3 });
  assert.equal([await note(0), await note(0), await note(0), await note(1)], [false, false, false, false]);
  assert.is(await note(2), true);
});

function shuffle(numbers: readonly number[]): number[] {
  return numbers
    .map((number) => ({ number, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ number }) => number);
}

test.run();
