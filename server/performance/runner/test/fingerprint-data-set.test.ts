import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelRecord } from '../../../registry/model-record.ts';
import type { ModelStore } from '../../../registry/stores.ts';
import { fingerprintDataSet } from '../fingerprint-data-set.ts';

const test = suite('fingerprint data set');
const records = ['a', 'b', 'c'].map((id) => makeRecord(id, `sha256:${id}`));

test('the order and the pages in which the store lists make no difference', async () => {
  const whole = await fingerprintDataSet(listInPages([records]));
  const backwards = await fingerprintDataSet(listInPages([records.slice(1).reverse(), records.slice(0, 1)]));
  assert.equal(whole, backwards);
  assert.is(whole.models, 3);
});

test('another digest, another id or one model more is another data set', async () => {
  const { sha256 } = await fingerprintDataSet(listInPages([records]));
  for (const other of [
    [makeRecord('a', 'sha256:x'), ...records.slice(1)],
    [makeRecord('d', 'sha256:a'), ...records.slice(1)],
    [...records, makeRecord('d', 'sha256:d')],
  ]) {
    assert.is.not((await fingerprintDataSet(listInPages([other]))).sha256, sha256);
  }
});

test('an empty registry has a fingerprint, too', async () => {
  assert.is((await fingerprintDataSet(listInPages([[]]))).models, 0);
});

function makeRecord(id: string, digest: string): ModelRecord {
  return {
    id,
    modelId: id,
    version: 'main',
    sizeBytes: 1,
    digest,
    objectKey: `any/${Math.random()}`,
    publishedAt: new Date().toISOString(),
  };
}

function listInPages(pages: readonly (readonly ModelRecord[])[]): Pick<ModelStore, 'listModels'> {
  return {
    async listModels({ cursor }) {
      const page = Number(cursor ?? 0);
      return { records: pages[page] ?? [], nextCursor: page + 1 < pages.length ? String(page + 1) : null };
    },
  };
}

test.run();
