import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReadTurns } from '../engine/read-turns.ts';

const test = suite('read turns');
const share = 256 * 1024;

test('a socket that has read its share of a turn waits until the others have had theirs', async () => {
  const turns = new ReadTurns();
  const [first, second] = [new Socket(), new Socket()];
  const resumed: string[] = [];
  first.on('resume', () => resumed.push('first'));
  const [readFirst, readSecond] = [turns.open(), turns.open()];
  assert.is(readFirst(first, share - 1), true);
  assert.is(readSecond(second, 1), true);
  assert.is(readFirst(first, 1), false);
  assert.is(readSecond(second, share - 2), true);
  assert.equal(resumed, []);
  await nextTurn();
  await nextTurn();
  assert.equal(resumed, ['first']);
  assert.is(readFirst(first, share - 1), true);
});

test('the longest run of bytes ends where another socket reads', () => {
  const turns = new ReadTurns();
  const socket = new Socket();
  const [readFirst, readSecond] = [turns.open(), turns.open()];
  readFirst(socket, 1_000);
  readFirst(socket, 1_000);
  readSecond(socket, 500);
  readFirst(socket, 1_500);
  assert.is(turns.longestRunBytes, 2_000);
});

test.run();
