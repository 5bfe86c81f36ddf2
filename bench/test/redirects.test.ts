import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { runScenario } from '../engine/run-scenario.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { burst100 } from '../scenarios/burst-100.ts';

const test = suite('redirects');
const body = randomBytes(300_000);
const expected = {
  sizeBytes: body.length,
  digest: `sha256:${createHash('sha256').update(body).digest('hex')}`,
};
const whole = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`), body]);
const servers: Server[] = [];
const sockets = new Set<Socket>();

test.after(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

test('a redirected download counts the bytes of the other address and times both steps', async () => {
  const store = await serve((socket) => setTimeout(() => socket.write(whole), 30));
  const service = await serve((socket) => setTimeout(() => socket.write(redirectTo(store.url)), 20));
  const attempts = await load(service.url, { vus: 5 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    Array(5).fill('ok'),
  );
  for (const attempt of attempts) {
    assert.is(attempt.status, 200);
    assert.is(attempt.body_bytes, body.length);
    assert.is(attempt.served_by, 'the-service');
    assert.is(attempt.delivery, 'redirected');
    assert.ok((attempt.redirected_ms ?? 0) - (attempt.connected_ms ?? 0) >= 15);
    assert.ok((attempt.first_byte_ms ?? 0) - (attempt.redirected_ms ?? 0) >= 25);
  }
});

test('the other address is asked for its whole path and query, without the headers meant for the service', async () => {
  const store = await serve((socket) => socket.write(whole));
  const service = await serve((socket) => socket.write(redirectTo(`${store.url}/key?X-Amz-Signature=a%2Fb`)));
  await load(service.url, { headers: { 'x-run-id': 'of-a-run' } });
  assert.match(service.requests[0] ?? '', 'x-run-id: of-a-run');
  assert.match(store.requests[0] ?? '', 'GET /key?X-Amz-Signature=a%2Fb HTTP/1.1\r\n');
  assert.match(store.requests[0] ?? '', `host: ${new URL(store.url).host}\r\n`);
  assert.not.match(store.requests[0] ?? '', 'x-run-id');
});

test('a location without a host leads to the service itself', async () => {
  let asked = 0;
  const service = await serve((socket) => socket.write(asked++ === 0 ? redirectTo('/other') : whole));
  const [attempt] = await load(service.url);
  assert.is(attempt?.outcome, 'ok');
  assert.match(service.requests[1] ?? '', 'GET /other HTTP/1.1');
});

test('a location without a path of its own leads on from the path that was asked for', async () => {
  let asked = 0;
  const service = await serve((socket) => socket.write(asked++ === 0 ? redirectTo('other.zip?part=1') : whole));
  const [attempt] = await load(`${service.url}/base`);
  assert.is(attempt?.outcome, 'ok');
  assert.match(service.requests[1] ?? '', 'GET /base/other.zip?part=1 HTTP/1.1');
});

test('a client with several iterations keeps its connection to the service and gets each body', async () => {
  const store = await serve((socket) => socket.write(whole));
  const service = await serve((socket) => socket.write(redirectTo(store.url)));
  const attempts = await load(service.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok', 'ok'],
  );
  assert.is(service.connections, 1);
  assert.is(store.connections, 3);
});

test('a service that closes its connection after the redirect loses no request', async () => {
  const store = await serve((socket) => setTimeout(() => socket.write(whole), 30));
  const service = await serve((socket) => socket.end(redirectTo(store.url)));
  const attempts = await load(service.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok', 'ok'],
  );
  assert.is(service.connections, 3);
});

test('a whole body that follows the redirect on the same connection does not count', async () => {
  const store = await serve((socket) => socket.end());
  const stitched = Buffer.concat([Buffer.from(redirectTo(store.url)), whole]);
  const service = await serve((socket) => socket.write(stitched));
  const [attempt] = await load(service.url);
  assert.is(attempt?.outcome, 'stitched');
  assert.is(attempt?.body_bytes, 0);
});

test('what the service sends after the redirect, in a packet of its own, costs it the connection and no row', async () => {
  const store = await serve((socket) => setTimeout(() => socket.write(whole), 40));
  const service = await serve((socket) => {
    socket.write(redirectTo(store.url));
    setTimeout(() => socket.write(whole.subarray(0, 1_000)), 20);
  });
  const attempts = await load(service.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome, body_bytes }) => [outcome, body_bytes]),
    Array(3).fill(['ok', body.length]),
  );
  assert.is(service.connections, 3);
});

test('a redirect that announces the end of its connection is followed', async () => {
  const store = await serve((socket) => socket.write(whole));
  const closing = redirectTo(store.url).replace('\r\n', '\r\nconnection: close\r\n');
  const service = await serve((socket) => socket.write(closing));
  const attempts = await load(service.url, { iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok'],
  );
  assert.is(service.connections, 2);
});

test('a redirect whose body ends with its connection is followed', async () => {
  const store = await serve((socket) => socket.write(whole));
  const service = await serve((socket) =>
    socket.end(`HTTP/1.1 302 Found\r\nlocation: ${store.url}\r\n\r\nthere`),
  );
  const attempts = await load(service.url, { iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok'],
  );
});

test('a redirect to a redirect counts as the unexpected status that it is', async () => {
  const other = await serve((socket) => socket.write(redirectTo('/again?X-Amz-Signature=secret')));
  const service = await serve((socket) => socket.write(redirectTo(other.url)));
  const [attempt] = await load(service.url);
  assert.is(attempt?.outcome, 'unexpected_status');
  assert.is(attempt?.status, 302);
  assert.match(attempt?.error ?? '', 'redirected a second time, by status 302 to /again; one redirect is');
});

test('a redirect without a location counts as the unexpected status that it is', async () => {
  const service = await serve((socket) => socket.write('HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n'));
  const [attempt] = await load(service.url);
  assert.is(attempt?.outcome, 'unexpected_status');
});

test('a redirect to an address that the engine cannot ask is a failure that names it', async () => {
  const service = await serve((socket) =>
    socket.write(redirectTo('ftp://bucket.example/key?X-Amz-Signature=secret')),
  );
  const attempts = await load(service.url, { iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['unexpected_status', 'unexpected_status'],
  );
  assert.match(attempts[0]?.error ?? '', '"ftp://bucket.example/key" is no http');
  assert.not.match(attempts[0]?.error ?? '', 'secret');
});

test('a body that the other address cuts is aborted, and one that it refuses is connect_failed', async () => {
  const cutting = await serve((socket) => socket.end(whole.subarray(0, 100_000)));
  const [cut] = await load((await serve((socket) => socket.write(redirectTo(cutting.url)))).url);
  assert.is(cut?.outcome, 'aborted');
  const [refused] = await load((await serve((socket) => socket.write(redirectTo('http://127.0.0.1:1')))).url);
  assert.is(refused?.outcome, 'connect_failed');
});

test('a redirect to where nobody listens is a refusal, after which the client waits', async () => {
  const service = await serve((socket) => socket.write(redirectTo('http://127.0.0.1:1')));
  const attempts = await load(service.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['connect_failed', 'connect_failed', 'connect_failed'],
  );
  assert.ok((attempts[1]?.started_ms ?? 0) - (attempts[0]?.ended_ms ?? 0) >= 100);
  assert.ok((attempts[2]?.started_ms ?? 0) - (attempts[1]?.ended_ms ?? 0) >= 200);
});

test('the deadline covers both steps together', async () => {
  const store = await serve(() => {});
  const service = await serve((socket) => setTimeout(() => socket.write(redirectTo(store.url)), 600));
  const [attempt] = await load(service.url, { deadlineSeconds: 1 });
  assert.is(attempt?.outcome, 'timeout');
  const waitedMs = (attempt?.ended_ms ?? 0) - (attempt?.started_ms ?? 0);
  assert.ok(waitedMs >= 990 && waitedMs < 1_500, `${waitedMs} ms`);
});

function redirectTo(location: string): string {
  return [
    'HTTP/1.1 302 Found',
    `location: ${location}`,
    'x-served-by: the-service',
    'x-delivery: redirected',
    'content-length: 5',
    '',
    'there',
  ].join('\r\n');
}

/** Answers each request by `answer`. */
async function serve(answer: (socket: Socket) => void) {
  const served = { url: '', connections: 0, requests: [] as string[] };
  const server = createServer((socket) => {
    served.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (request) => {
      served.requests.push(request.toString());
      answer(socket);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return served;
}

async function load(
  url: string,
  options: {
    vus?: number;
    iterations?: number;
    deadlineSeconds?: number;
    headers?: Record<string, string>;
  } = {},
): Promise<readonly Attempt[]> {
  const { vus = 1, iterations = 1, deadlineSeconds = 5, headers = {} } = options;
  const scenario = overrideScenario(burst100, { vus, iterations, deadlineSeconds });
  const models = [{ id: 'a', path: '/', recordPath: '/a', ...expected }];
  return [...(await runScenario({ scenario, url, headers, models })).attempts];
}

test.run();
