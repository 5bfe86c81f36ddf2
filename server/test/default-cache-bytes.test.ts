import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDefaultCacheBytes } from '../default-cache-bytes.ts';

const test = suite('default of CACHE_BYTES');
const mebibyte = 1024 * 1024;

test('a task of 2 GiB caches 896 MiB, and one that is smaller than the process nothing', () => {
  assert.is(readDefaultCacheBytes(2048 * mebibyte), 896 * mebibyte);
  assert.is(readDefaultCacheBytes(200 * mebibyte), 0);
});

test('on this machine it is within the memory that there is', () => {
  const bytes = readDefaultCacheBytes();
  assert.ok(Number.isSafeInteger(bytes) && bytes > 0, String(bytes));
});

test.run();
