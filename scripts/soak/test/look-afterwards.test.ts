import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Catalogue } from '../catalogue.ts';
import { makeContent, readContent } from '../content.ts';
import { readAllVersions } from '../look-afterwards.ts';
import { Strikes } from '../strikes.ts';
import { Tally } from '../tally.ts';

const test = suite('look afterwards');
const content = makeContent(1, 100_000);
const bytes = readContent(content, 0, content.sizeBytes);
let service: Server;
let answers: ((res: ServerResponse) => void)[] = [];

test.before(async () => {
  service = createServer((_, res) => (answers.shift() ?? sendWhole)(res)).listen(0, '127.0.0.1');
  await once(service, 'listening');
});

test.after(() => {
  service?.closeAllConnections();
  service?.close();
});

test('after the faults a version is waited for while the service asks to come later', async () => {
  answers = [sendLater, sendLater];
  assert.equal(await look(), { read: 1, unexpected: 0, lost: 0 });
});

test('one body that is cut after the faults is found, though the next one would be whole', async () => {
  answers = [sendCut];
  assert.equal(await look(), { read: 0, unexpected: 1, lost: 0 });
});

test('one answer that fails after the faults is found, and so is a 503 that does not say when to come', async () => {
  answers = [(res) => res.writeHead(500).end('{}')];
  assert.equal(await look(), { read: 0, unexpected: 1, lost: 0 });
  answers = [(res) => res.writeHead(503).end('{}')];
  assert.equal(await look(), { read: 1, unexpected: 1, lost: 0 });
});

test.run();

/** Of one version, after faults of every kind of S3 struck it. */
async function look() {
  const catalogue = new Catalogue();
  const tally = new Tally();
  const strikes = new Strikes();
  catalogue.end(catalogue.begin('m', 'main', content), 'acknowledged');
  strikes.begin('s3-closes', 0, '/models/performance/m/main/1/model.zip')();
  strikes.begin('service-killed', 0)();
  strikes.end();
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const read = await readAllVersions({ seed: 1, readUrl: () => url, catalogue, strikes, tally, signal });
  const { unexpected, lost } = tally.findings;
  return { read, unexpected: unexpected.count, lost: lost.count };
}

function sendWhole(res: ServerResponse): void {
  res.writeHead(200, { etag: `"${content.digest}"`, 'content-length': bytes.length }).end(bytes);
}

function sendLater(res: ServerResponse): void {
  res.writeHead(503, { 'retry-after': '1' }).end('{}');
}

function sendCut(res: ServerResponse): void {
  res.writeHead(200, { etag: `"${content.digest}"`, 'content-length': bytes.length });
  res.write(bytes.subarray(0, 1_000), () => res.socket?.resetAndDestroy());
}
