import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { publishModel } from '../../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { openRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('hostile clients');
const bytes = randomBytes(6 * 1024 * 1024);
const path = '/performance/big/main/model.zip';
const headMs = 600;
const silenceMs = 1_000;
let registry: RegistryFixture;
let service: ServedRegistry;

test.before(async () => {
  registry = await startRegistry({ s3MaxSockets: 1 });
  const content = (async function* () {
    yield bytes;
  })();
  await publishModel(registry, { modelId: 'big', version: 'main', content });
  service = await serveRegistry(registry, { limits: { headMs, silenceMs } });
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

const host = 'Host: registry\r\n';
for (const [name, sent, status] of [
  ['bytes that are no HTTP', randomBytes(400), 400],
  ['a TLS handshake', Buffer.from('16030100c8010000c40303', 'hex'), 400],
  ['a version that there is not', `GET /live HTTP/9.9\r\n${host}\r\n`, 400],
  ['no Host', 'GET /live HTTP/1.1\r\n\r\n', 400],
  ['a header without a colon', `GET /live HTTP/1.1\r\n${host}nonsense\r\n\r\n`, 400],
  ['a zero byte in a header', `GET /live HTTP/1.1\r\n${host}x: a\0b\r\n\r\n`, 400],
  ['a space before a colon', `GET /live HTTP/1.1\r\n${host}Content-Length : 4\r\n\r\n`, 400],
  ['two lengths', `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\n`, 400],
  [
    'a length and chunks',
    `PUT ${path} HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a head of 20 KB', `GET /live HTTP/1.1\r\n${host}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
] as const) {
  test(`${name}: ${status}, hung up on, and nothing of what follows is taken for a request`, async () => {
    const socket = open();
    socket.write(Buffer.concat([Buffer.from(sent), Buffer.from(`GET /live HTTP/1.1\r\n${host}\r\n`)]));
    const answer = await readToEnd(socket);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.is(answer.split('HTTP/1.1 ').length, 2, answer);
    assert.is(await (await fetch(`${service.url}/live`)).text(), 'live');
    assert.equal(service.errors, []);
  });
}

test('a head that comes a byte at a time (slowloris) is 408 at its limit, and costs others nothing', async () => {
  const slow = Array.from({ length: 200 }, () => open());
  const head = `GET /live HTTP/1.1\r\n${host}x: ${'a'.repeat(1_000)}`;
  let sent = 0;
  const trickle = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write(head.charAt(sent));
    sent += 1;
  }, 20);
  const startMs = performance.now();
  try {
    const ends = Promise.all(slow.map(readToEnd));
    assert.is(await (await fetch(`${service.url}/live`)).text(), 'live');
    assert.equal(
      (await ends).filter((answer) => !answer.startsWith('HTTP/1.1 408 ')),
      [],
    );
    assert.ok(performance.now() - startMs < 10 * headMs);
  } finally {
    clearInterval(trickle);
  }
});

test('a connection on which nothing comes is hung up on at the limit of a head', async () => {
  assert.match(await readToEnd(open()), /^HTTP\/1\.1 408 /);
});

test('a client that takes nothing of its answer for longer than the limit is reset, and its S3 connection is free', async () => {
  const silent = (await openRaw(service.url, `GET ${path} HTTP/1.1`)).on('error', () => {});
  if (silent.readableLength === 0) await once(silent, 'readable');
  const during = registry.s3.countConnections();
  const deadline = performance.now() + 10 * silenceMs;
  while (registry.s3.countConnections() === during && performance.now() < deadline) await sleep(20);
  const answer = await readToEnd(silent);
  assert.is(silent.errored && (silent.errored as NodeJS.ErrnoException).code, 'ECONNRESET');
  assert.ok(answer.length < bytes.length);
  // There is one connection to S3.
  const next = await fetch(service.url + path);
  assert.ok(Buffer.from(await next.arrayBuffer()).equals(bytes));
});

test('a client that takes its answer slowly, but takes it, is not silent', async () => {
  const slow = await openRaw(service.url, `GET ${path} HTTP/1.1`);
  let received = 0;
  slow.on('data', (chunk) => {
    received += chunk.length;
    slow.pause();
    setTimeout(() => slow.resume(), 10);
  });
  await once(slow, 'close');
  assert.ok(received > bytes.length);
});

test('beyond its places the service hangs up on who comes, and says what to raise; those who are there are served', async () => {
  const full = await serveRegistry(registry, { limits: { places: 5 } });
  try {
    const here = Array.from({ length: 5 }, () => open(full.url));
    await Promise.all(here.map((socket) => once(socket, 'connect')));
    await sleep(50);
    const late = open(full.url);
    assert.is(await readToEnd(late), '');
    here[0]?.write(`GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    assert.ok((await readToEnd(here[0] as Socket)).length > bytes.length);
    assert.match(
      service.errors
        .concat(full.errors)
        .map(({ message }) => message)
        .join(),
      'all 5 connections',
    );
    for (const socket of here) socket.destroy();
  } finally {
    await full.close();
  }
});

function open(url = service.url): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => {});
}

/** What came until the connection closed, or for ten seconds. */
async function readToEnd(socket: Socket): Promise<string> {
  let answer = '';
  const limit = setTimeout(() => socket.destroy(), 10_000);
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(limit);
  return answer;
}

test.run();
