import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDefaultCacheBytes } from '../default-cache-bytes.ts';
import { readDefaultMaxDownloads } from '../default-max-downloads.ts';

const test = suite('defaults by memory');
const mebibyte = 1024 * 1024;

test('a task of 2 GiB caches 896 MiB, and one that is smaller than the process nothing', () => {
  assert.is(readDefaultCacheBytes(1, 2048 * mebibyte), 896 * mebibyte);
  assert.is(readDefaultCacheBytes(1, 200 * mebibyte), 0);
});

test('of four workers each leaves its own 256 MiB out of what all cache together', () => {
  assert.is(readDefaultCacheBytes(4, 2048 * mebibyte), 512 * mebibyte);
});

test('downloads get the other half, and each worker a hundred in any case', () => {
  assert.is(readDefaultMaxDownloads(1, 896 * mebibyte), 448);
  assert.is(readDefaultMaxDownloads(4, 512 * mebibyte), 400);
});

test('on this machine it is within the memory that there is', () => {
  const bytes = readDefaultCacheBytes(1);
  assert.ok(Number.isSafeInteger(bytes) && bytes > 0, String(bytes));
});

test.run();
