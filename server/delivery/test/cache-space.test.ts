import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCacheSpace } from '../cache-space.ts';

const test = suite('cache space');

/** Takes a place that is whole at once; its name appears in `evicted` when it is evicted. */
function open(limitBytes: number) {
  const space = createCacheSpace(limitBytes);
  const evicted: string[] = [];
  const take = (name: string, sizeBytes = 10) => {
    const place = space.take(sizeBytes, () => evicted.push(name));
    place?.keep();
    return place;
  };
  return { space, evicted, take };
}

test('room is made by what was not used for the longest time, and by no more than is needed', () => {
  const { evicted, take } = open(30);
  const [first] = [take('first'), take('second'), take('third')];
  first?.use(AbortSignal.abort());
  take('fourth', 15);
  assert.equal(evicted, ['second', 'third']);
});

test('what is larger than the limit gets nothing, and nobody is evicted for it', () => {
  const { space, evicted, take } = open(30);
  take('first');
  assert.is(take('large', 31), null);
  assert.equal(evicted, []);
  assert.is(space.readUse().usedBytes, 10);
});

test('what is in use is not evicted, and room that would need it is refused', () => {
  const { space, evicted, take } = open(30);
  const using = new AbortController();
  take('first')?.use(using.signal);
  take('second');
  assert.is(take('third', 25), null);
  assert.equal(evicted, []);
  using.abort();
  assert.ok(take('third', 25));
  assert.equal(evicted, ['first', 'second']);
  assert.is(space.readUse().usedBytes, 25);
});

test('what is being read counts from its first byte on, and is not evicted', () => {
  const { space, evicted } = open(30);
  const filling = space.take(20, () => evicted.push('filling'));
  assert.is(
    space.take(20, () => {}),
    null,
  );
  filling?.keep();
  assert.ok(space.take(20, () => {}));
  assert.equal(evicted, ['filling']);
});

test('what is given up counts until the last one who uses it has left', () => {
  const { space } = open(30);
  const users = [new AbortController(), new AbortController()];
  const place = space.take(20, () => {});
  for (const { signal } of users) place?.use(signal);
  place?.giveUp();
  users[0]?.abort();
  assert.is(space.readUse().usedBytes, 20);
  users[1]?.abort();
  assert.equal(space.readUse(), { limitBytes: 30, usedBytes: 0, artifacts: 0, fills: 0, evictions: 0 });
});

test('whoever uses it twice has to leave twice', () => {
  const { space, take } = open(10);
  const users = [new AbortController(), new AbortController()];
  const place = take('first');
  for (const { signal } of users) place?.use(signal);
  users[0]?.abort();
  assert.is(take('second'), null);
  users[1]?.abort();
  assert.ok(take('second'));
  assert.is(space.readUse().evictions, 1);
});

test('a space within another one counts in both, keeps its own limit and gives its memory back to both', () => {
  const { space, take } = open(40);
  const inner = space.narrow(20);
  const evicted: string[] = [];
  const keep = (name: string) => {
    const place = inner.take(15, () => evicted.push(name));
    place?.keep();
    return place;
  };
  assert.is(
    inner.take(21, () => {}),
    null,
  );
  keep('first');
  const second = keep('second');
  assert.equal(evicted, ['first']);
  assert.is(inner.readUse().usedBytes, 15);
  assert.is(space.readUse().usedBytes, 15);
  take('other', 25);
  second?.giveUp();
  assert.is(inner.readUse().usedBytes, 0);
  assert.is(space.readUse().usedBytes, 25);
});

test('what a space holds within another one may be evicted there, unless it is in use', () => {
  const { space, take } = open(30);
  const inner = space.narrow(20);
  const evicted: string[] = [];
  const using = new AbortController();
  const place = inner.take(20, () => evicted.push('inner'));
  place?.keep();
  place?.use(using.signal);
  assert.is(take('large', 25), null);
  using.abort();
  assert.ok(take('large', 25));
  assert.equal(evicted, ['inner']);
  assert.is(inner.readUse().usedBytes, 0);
});

test('what has no room in the space around it evicts nobody within', () => {
  const { space, take } = open(40);
  const inner = space.narrow(20);
  const evicted: string[] = [];
  take('other', 25)?.use(new AbortController().signal);
  inner.take(15, () => evicted.push('inner'))?.keep();
  assert.is(
    inner.take(18, () => {}),
    null,
  );
  assert.equal(evicted, []);
  assert.is(inner.readUse().usedBytes, 15);
  assert.is(space.readUse().usedBytes, 40);
  assert.ok(inner.take(14, () => {}));
  assert.equal(evicted, ['inner']);
});

test('what is evicted within a space is counted around it, once', () => {
  const { space, evicted, take } = open(40);
  const inner = space.narrow(20);
  const keep = (sizeBytes: number) => inner.take(sizeBytes, () => evicted.push('inner'))?.keep();
  keep(15);
  keep(15);
  assert.is(inner.readUse().evictions, 1);
  assert.is(space.readUse().evictions, 1);
  take('large', 40);
  assert.equal(evicted, ['inner', 'inner']);
  assert.is(inner.readUse().evictions, 2);
  assert.is(space.readUse().evictions, 2);
});

test('bytes that nobody shares evict what is idle, count as no artifact and are free once', () => {
  const { space, evicted, take } = open(30);
  take('first');
  take('second');
  const free = space.hold(20);
  assert.equal(evicted, ['first']);
  assert.equal(space.readUse(), { limitBytes: 30, usedBytes: 30, artifacts: 1, fills: 0, evictions: 1 });
  assert.is(space.hold(11), null);
  assert.equal(evicted, ['first']);
  free?.();
  free?.();
  assert.is(space.readUse().usedBytes, 10);
});

test('whoever was refused is called once when memory is idle or free, wherever he was refused', async () => {
  const { space } = open(30);
  const inner = space.narrow(20);
  const using = new AbortController();
  const place = space.take(20, () => {});
  let calls = 0;
  const countCall = () => {
    calls += 1;
  };
  const countCalls = async (act: () => void) => {
    inner.callWhenRoom(countCall);
    const before = calls;
    act();
    await Promise.resolve();
    return calls - before;
  };
  place?.use(using.signal);
  assert.is(await countCalls(() => place?.keep()), 0);
  assert.is(await countCalls(() => using.abort()), 1);
  assert.is(await countCalls(() => place?.giveUp()), 1);
  assert.is(await countCalls(() => inner.hold(10)?.()), 1);
  inner.hold(10)?.();
  await Promise.resolve();
  assert.is(calls, 3);
});

test('a limit of none holds nothing', () => {
  assert.is(open(0).take('any', 1), null);
});

test.run();
