import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DomainError } from '../domain-error.ts';
import { createErrorLog } from '../error-log.ts';

const test = suite('error log');
const lost = new DomainError('stores_unavailable', 'S3 cannot be reached.', {
  logLine: 'S3: check the network.',
});

test('the same line is written once however often it comes, and another one beside it', () => {
  const written: unknown[] = [];
  const log = createErrorLog((entry) => written.push(entry));
  for (let count = 0; count < 100; count += 1) log(lost);
  log(new DomainError('stores_denied', 'DynamoDB', { logLine: 'DynamoDB: allow it.' }));
  assert.equal(written, ['S3: check the network.', 'DynamoDB: allow it.']);
});

test('after a while it is written again, with how often it was not', async () => {
  const written: unknown[] = [];
  const log = createErrorLog((entry) => written.push(entry), { repeatMs: 20 });
  for (let count = 0; count < 3; count += 1) log(lost);
  await sleep(40);
  log(lost);
  assert.equal(written.slice(1), ['S3: check the network. (2 more since it was last written)']);
});

test('an error that a store caused has the line of its cause, and any other is written whole', () => {
  const written: unknown[] = [];
  const log = createErrorLog((entry) => written.push(entry));
  const bug = new TypeError('x is undefined');
  log(new Error('performance/m could not be sent to its end.', { cause: lost }));
  log(bug);
  assert.equal(written, ['S3: check the network.', bug]);
});

test.run();
