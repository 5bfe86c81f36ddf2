import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelRecord } from '../../registry/model-record.ts';
import { createSharedCache, limitCache } from '../artifact-cache.ts';
import { createDelivery } from '../create-delivery.ts';
import type { DeliveryDependencies } from '../delivery-strategy.ts';

const test = suite('held bodies');
const sizeBytes = 60;
const record = { sizeBytes } as ModelRecord;

for (const name of ['buffered', 'blocking'] as const) {
  test(`a body held in memory is part of what the service's cache may take, and idle artifacts make room for it: ${name}`, async () => {
    const shared = createSharedCache(100);
    const evicted: string[] = [];
    shared.space.take(100, () => evicted.push('kept'))?.keep();
    const { open } = createDelivery(name, describeStore(limitCache(shared, 70)));
    const leaving = new AbortController();
    const delivered = await open(ask(leaving.signal));
    assert.is(delivered.kind, 'buffer');
    assert.equal(evicted, ['kept']);
    assert.is(shared.space.readUse().usedBytes, sizeBytes);
    leaving.abort();
    assert.is(shared.space.readUse().usedBytes, 0);
  });

  test(`a body waits for memory that others use: ${name}`, async () => {
    const shared = createSharedCache(100);
    const using = new AbortController();
    const place = shared.space.take(60, () => {});
    place?.use(using.signal);
    place?.keep();
    const { open, readLoad } = createDelivery(name, describeStore(shared));
    const opened = open(ask(new AbortController().signal));
    assert.equal(readLoad?.(), { active: 0, queued: 1, limit: 10 });
    using.abort();
    assert.is((await opened).kind, 'buffer');
    assert.is(shared.space.readUse().usedBytes, sizeBytes);
  });
}

test('what the system gives no memory for is streamed by cached, and counts as what has no room', async () => {
  const shared = createSharedCache(Number.MAX_SAFE_INTEGER);
  const { open } = createDelivery('cached', describeStore(shared));
  const endless = {
    ...ask(new AbortController().signal),
    record: { objectKey: 'any', sizeBytes: 2 ** 50 } as ModelRecord,
  };
  const delivered = await open(endless);
  assert.is(delivered.kind === 'stream' && (await buffer(delivered.body)).length, sizeBytes);
  assert.is(shared.counts.bypassed, 1);
  assert.is(shared.space.readUse().usedBytes, 0);
});

function describeStore(cache: DeliveryDependencies['cache']): DeliveryDependencies {
  const body = Buffer.alloc(sizeBytes);
  return {
    artifacts: { open: async () => Readable.from([body]) },
    createBlockingReader: () => ({ readBlocking: () => body, close: async () => {} }),
    links: { createLink: async () => '' },
    downloadConcurrency: 10,
    cache,
  };
}

function ask(signal: AbortSignal) {
  const headers = { contentType: '', contentDisposition: '', cacheControl: '' };
  return { record, range: null, mustAnswerHere: false, headers, signal };
}

test.run();
