import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { divideOpenFiles } from '../open-files.ts';

const test = suite('open files');
const limits = [40, 100, 256, 512, 600, 640, 800, 1_024, 4_096, 20_000, 65_535, 1_048_576];
const ownSockets = [1, 10, 150, 1_000, 10_000];

test('a run with a profile, clients and the service’s own connections are never more than the limit together', () => {
  for (const limit of limits) {
    for (const s3Sockets of ownSockets) {
      const { forClients, forRun } = divideOpenFiles(limit, s3Sockets);
      const sum = 250 + s3Sockets + forClients + forRun;
      assert.ok(forRun === 0 || sum <= limit, `${limit} files, ${s3Sockets} connections: ${sum}`);
    }
  }
});

test('clients have a third of the limit and twice what a run has at least, half where a run has none', () => {
  for (const limit of limits) {
    for (const s3Sockets of ownSockets) {
      const { forClients, forRun } = divideOpenFiles(limit, s3Sockets);
      const least = forRun === 0 ? Math.floor(limit / 2) : Math.max(Math.floor(limit / 3), 2 * forRun);
      assert.ok(forClients >= least, `${limit} files, ${s3Sockets} connections: ${forClients} clients`);
    }
  }
});

test('at the limit of Lambda, 1,024, a run may have the 150 connections that a service has unless set', () => {
  assert.equal(divideOpenFiles(1_024, 150), { limit: 1_024, forClients: 416, forRun: 208 });
});

test('a run may have what a profile may ask for at most where there are files enough, or no limit of them', () => {
  assert.is(divideOpenFiles(65_535, 150).forRun, 10_000);
  const { forClients, forRun } = divideOpenFiles(Number.POSITIVE_INFINITY, 10_000);
  assert.equal([forClients, forRun], [Number.POSITIVE_INFINITY, 10_000]);
});

test('a run has no connections of its own where the service’s own do not fit beside its clients', () => {
  for (const limit of [40, 256, 512, 600]) assert.is(divideOpenFiles(limit, 150).forRun, 0, String(limit));
});

test.run();
