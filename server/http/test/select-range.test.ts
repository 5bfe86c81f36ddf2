import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { selectRange } from '../select-range.ts';

const test = suite('select range');
const artifact = { etag: '"sha256:abc"', sizeBytes: 1000 };
const select = (range: string, others = {}) => selectRange('GET', { range, ...others }, artifact);

test('a single range is taken, cut at the end of the artifact', () => {
  assert.equal(select('bytes=0-99'), { start: 0, end: 99 });
  assert.equal(select('bytes=999-'), { start: 999, end: 999 });
  assert.equal(select('bytes=900-5000'), { start: 900, end: 999 });
  assert.equal(select('Bytes=0-0'), { start: 0, end: 0 });
});

test('the last N bytes are taken, all of them when N is more than there are', () => {
  assert.equal(select('bytes=-1'), { start: 999, end: 999 });
  assert.equal(select('bytes=-1000'), { start: 0, end: 999 });
  assert.equal(select('bytes=-99999999999999999999'), { start: 0, end: 999 });
});

test('a range that lies beyond the end or has no byte is unsatisfiable', () => {
  for (const range of [
    'bytes=1000-',
    'bytes=1000-2000',
    'bytes=-0',
    'bytes=1000-,2000-',
    'bytes=9007199254740993-',
  ]) {
    assert.is(select(range), 'unsatisfiable', range);
  }
});

test('a range that ends before it starts makes the whole header invalid, to the last digit', () => {
  for (const range of [
    'bytes=5-2',
    'bytes=2000-1000',
    'bytes=0-1,5-2',
    'bytes=9007199254740993-9007199254740992',
  ]) {
    assert.is(select(range), 'whole', range);
  }
});

test('several ranges are answered by the whole', () => {
  assert.is(select('bytes=0-1,5-6'), 'whole');
  assert.is(select('bytes=0-1, -1'), 'whole');
  assert.is(select('bytes=0-1,5000-'), 'whole');
});

test('empty places in a list count for nothing', () => {
  assert.equal(select('bytes=0-1,'), { start: 0, end: 1 });
  assert.equal(select('bytes=, ,0-1 ,'), { start: 0, end: 1 });
  assert.is(select('bytes=,'), 'whole');
});

test('of an empty artifact everything is asked for, whatever the range', () => {
  for (const range of ['bytes=0-', 'bytes=-5', 'bytes=-0']) {
    assert.is(selectRange('GET', { range }, { ...artifact, sizeBytes: 0 }), 'whole', range);
  }
});

test('what is no range of bytes is answered by the whole', () => {
  for (const range of [
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1-2x',
    'bytes= 0-1',
    'bytes =0-1',
    'bytes=0 - 1',
    'bytes=0-+1',
    'bytes=0x1-2',
    'items=0-1',
    'items=2000-',
  ]) {
    assert.is(select(range), 'whole', range);
  }
});

test('If-Range with the strong tag keeps the range; a weak tag, another tag or a date drops it', () => {
  assert.equal(select('bytes=0-1', { 'if-range': artifact.etag }), { start: 0, end: 1 });
  for (const ifRange of [`W/${artifact.etag}`, '"x"', 'Wed, 21 Oct 2015 07:28:00 GMT']) {
    assert.is(select('bytes=0-1', { 'if-range': ifRange }), 'whole', ifRange);
  }
  assert.is(select('bytes=2000-', { 'if-range': '"x"' }), 'whole');
});

test('a range means nothing for HEAD', () => {
  assert.is(selectRange('HEAD', { range: 'bytes=0-1' }, artifact), 'whole');
});

test.run();
