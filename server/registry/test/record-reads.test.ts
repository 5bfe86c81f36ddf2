import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RequestTrace, runTraced } from '../../request-trace.ts';
import { forgetWritten } from '../forget-written.ts';
import type { ModelRecord } from '../model-record.ts';
import { createRecordReads, type RecordReads } from '../record-reads.ts';
import type { ModelStore } from '../stores.ts';

const test = suite('record reads');

test('a read under way is nobody’s who comes later: all of them share the next one', async () => {
  const { reads, asked } = start();
  const first = reads.find('m', 'main');
  const later = [1, 2, 3].map(() => reads.find('m', 'main'));
  assert.is(asked.length, 1);
  asked[0]?.resolve(name('old'));
  assert.is((await first)?.objectKey, 'old');
  assert.is(asked.length, 2);
  asked[1]?.resolve(name('new'));
  for (const record of await Promise.all(later)) assert.is(record?.objectKey, 'new');
  assert.is(asked.length, 2);
});

test('records of several versions are not read one after the other', async () => {
  const { reads, asked } = start();
  void reads.find('m', 'main');
  void reads.find('n', 'main');
  void reads.find('m', 'v1');
  assert.equal(
    asked.map(({ key }) => key),
    ['m/main', 'n/main', 'm/v1'],
  );
});

test('a read that fails fails all who wait, is not kept, and is not begun again for them', async () => {
  const { reads, asked } = start();
  const finding = [1, 2, 3].map(() => reads.find('m', 'main'));
  asked[0]?.reject(new Error('no table'));
  for (const { status, reason } of (await Promise.allSettled(finding)) as PromiseRejectedResult[]) {
    assert.is(status, 'rejected');
    assert.is(reason.message, 'no table');
  }
  assert.is(asked.length, 1);
  const again = reads.find('m', 'main');
  asked[1]?.resolve(name('here'));
  assert.is((await again)?.objectKey, 'here');
});

test('the record of a version other than main is read once, and that there is none is asked every time', async () => {
  const { reads, asked, answer } = start();
  for (const [id, version, record] of [
    ['m', 'v1', name('kept')],
    ['none', 'v1', null],
    ['none', 'main', null],
  ] as const) {
    await answer(reads.find(id, version), record);
    await answer(reads.find(id, version), record);
  }
  assert.equal(
    asked.map(({ key }) => key),
    ['m/v1', 'none/v1', 'none/v1', 'none/main', 'none/main'],
  );
});

test('the record of main is kept until 100 ms after it was asked for, however late the answer came', async () => {
  const { reads, asked, answer } = start();
  await answer(reads.find('m', 'main'), name('first'));
  assert.is((await reads.find('m', 'main'))?.objectKey, 'first');
  assert.is(asked.length, 1);
  await sleep(105);
  const late = reads.find('m', 'main');
  assert.is(asked.length, 2);
  await sleep(105);
  await answer(late, name('late'));
  assert.is((await answer(reads.find('m', 'main'), name('last')))?.objectKey, 'last');
  assert.is(asked.length, 3);
});

test('a record that is written is forgotten, and what a read under way finds is kept for nobody', async () => {
  const { reads, asked, answer } = start();
  await answer(reads.find('m', 'main'), name('old'));
  reads.forget('m', 'main');
  const under = reads.find('m', 'main');
  assert.is(asked.length, 2);
  reads.forget('m', 'main');
  assert.is((await answer(under, name('old')))?.objectKey, 'old');
  assert.is((await answer(reads.find('m', 'main'), name('new')))?.objectKey, 'new');
  assert.is(asked.length, 3);
});

test('a record that is written through the store is forgotten before its writer knows, also when the write fails', async () => {
  const { reads, asked, answer } = start();
  const writes: PromiseWithResolvers<boolean>[] = [];
  const write = () => {
    writes.push(Promise.withResolvers());
    return (writes.at(-1) as PromiseWithResolvers<boolean>).promise;
  };
  const models = forgetWritten({ insert: write, replace: write } as unknown as ModelStore, reads);
  const main = { ...name('new'), version: 'main' };
  const upload = { id: 'm', version: 'main', uploadId: 'u' };
  for (const act of [() => models.insert(main, upload), () => models.replace(main, main, upload)]) {
    for (const end of ['resolve', 'reject'] as const) {
      await answer(reads.findAnew('m', 'main'), name('old'));
      const writing = act();
      const before = asked.length;
      await reads.find('m', 'main');
      assert.is(asked.length, before);
      if (end === 'resolve') writes.at(-1)?.resolve(true);
      else writes.at(-1)?.reject(new Error('no answer'));
      await writing.catch(() => false);
      await answer(reads.find('m', 'main'), name('new'));
      assert.is(asked.length, before + 1);
    }
  }
});

test('whoever asks anew is not told what is kept, and what he finds is kept from then on', async () => {
  const { reads, asked, answer } = start();
  await answer(reads.find('m', 'v1'), name('old'));
  assert.is((await answer(reads.findAnew('m', 'v1'), name('new')))?.objectKey, 'new');
  assert.is((await reads.find('m', 'v1'))?.objectKey, 'new');
  assert.is(await answer(reads.findAnew('m', 'v1'), null), null);
  assert.is(await answer(reads.find('m', 'v1'), null), null);
  assert.is(asked.length, 4);
});

test('of more than a thousand records those are read again that were not used for the longest', async () => {
  const { reads, asked, answer } = start();
  for (let index = 0; index < 1_000; index += 1) await answer(reads.find('m', `v${index}`), name('any'));
  await reads.find('m', 'v0');
  await answer(reads.find('m', 'v1000'), name('any'));
  await reads.find('m', 'v0');
  assert.is(asked.length, 1_001);
  await answer(reads.find('m', 'v1'), name('any'));
  assert.is(asked.length, 1_002);
});

test('each request that shares a read counts its own wait as metadata', async () => {
  const { reads, asked } = start();
  const traces = [1, 2, 3].map(() => new RequestTrace());
  const find = (trace: RequestTrace) => runTraced(trace, () => reads.find('m', 'main'));
  const [first, early, late] = traces as [RequestTrace, RequestTrace, RequestTrace];
  const finding = [find(first), find(early)];
  // Beyond the time for which its record is kept.
  await sleep(120);
  asked[0]?.resolve(name('any'));
  await finding[0];
  finding.push(find(late));
  await sleep(60);
  asked[1]?.resolve(name('any'));
  await sleep(0);
  asked[2]?.resolve(name('any'));
  await Promise.all(finding);
  const waited = traces.map((trace) => trace.end().phases.metadata);
  assert.ok(isAbout(waited[0], 120) && isAbout(waited[1], 180) && isAbout(waited[2], 60), String(waited));
});

interface Asked extends PromiseWithResolvers<ModelRecord | null> {
  readonly key: string;
}

/** Records of a store that answers when the test does. */
function start() {
  const asked: Asked[] = [];
  const reads: RecordReads = createRecordReads({
    find(id, version) {
      const read = { ...Promise.withResolvers<ModelRecord | null>(), key: `${id}/${version}` };
      asked.push(read);
      return read.promise;
    },
  });
  return {
    reads,
    asked,
    /** What was found, with this as the store's answer where it is asked. */
    answer(finding: Promise<ModelRecord | null>, record: ModelRecord | null) {
      asked.at(-1)?.resolve(record);
      return finding;
    },
  };
}

function name(objectKey: string): ModelRecord {
  return {
    id: 'm',
    modelId: 'm',
    version: 'any',
    sizeBytes: 1,
    digest: 'sha256:any',
    objectKey,
    publishedAt: '2026-01-01T00:00:00.000Z',
  };
}

function isAbout(ms: number | undefined, expectedMs: number): boolean {
  return ms !== undefined && ms > expectedMs - 10 && ms < expectedMs + 50;
}

test.run();
