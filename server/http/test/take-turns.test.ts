import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createServiceServer, type ServiceServer } from '../service-server.ts';

const test = suite('turns of pipelined requests');
let server: ServiceServer;
let port: number;
let handle: RequestListener;
/** Paths in the order in which they began, with their bodies. */
let begun: string[];

test.before(async () => {
  const limits = { listeners: 1, places: 1_000, headMs: 20_000, silenceMs: 30_000, idleMs: 5_000 };
  server = createServiceServer(
    (request, response) => {
      begun.push(request.url?.slice(1) ?? '');
      void handle(request, response);
    },
    limits,
    () => {},
  );
  port = await server.listen({ port: 0, host: '127.0.0.1', joinedPort: null });
});

test.before.each(() => {
  begun = [];
});

test.after(async () => {
  await server?.departure.leave(0);
});

test('a hundred requests behind another begin one after the other, and are answered in their order', async () => {
  let open = 0;
  let most = 0;
  handle = async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    await sleep(1);
    open -= 1;
    response.end(`<${request.url?.slice(1)}>`);
  };
  const socket = await send(101);
  const answer = await readUntil(socket, '<100>');
  assert.is(most, 1);
  const expected = Array.from({ length: 101 }, (_, number) => String(number));
  assert.equal(begun, expected);
  assert.equal(
    [...answer.matchAll(/<(\d+)>/g)].map(([, number]) => number),
    expected,
  );
  // Nothing is left of their waiting.
  socket.write(writeRequests(101));
  await readUntil(socket, '<100>');
  socket.destroy();
});

test('a request that came behind another has its body', async () => {
  handle = async (request, response) => {
    await sleep(20);
    response.end(`<${(await request.toArray()).join('')}>`);
  };
  const socket = await send(1);
  socket.write('PUT /1 HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody');
  await readUntil(socket, '<body>');
  socket.destroy();
});

test('a client that has more than a hundred requests wait is cut off, and none of them begins', async () => {
  handle = () => {};
  const socket = await send(102);
  const [error] = await Promise.race([once(socket, 'error'), sleep(5_000, [], { ref: false })]);
  assert.is(error?.code, 'ECONNRESET');
  await sleep(50);
  assert.equal(begun, ['0']);
});

test('a request whose client left while it waited never begins', async () => {
  const closed = Promise.withResolvers<void>();
  handle = (_request, response) => {
    response.once('close', closed.resolve);
    response.end(Buffer.alloc(32 * 1024 * 1024));
  };
  const socket = await send(2);
  await once(socket, 'readable');
  socket.resetAndDestroy();
  await closed.promise;
  await sleep(50);
  assert.equal(begun, ['0']);
});

async function send(count: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(writeRequests(count));
  return socket;
}

function writeRequests(count: number): string {
  return Array.from({ length: count }, (_, number) => `GET /${number} HTTP/1.1\r\nHost: here\r\n\r\n`).join('');
}

async function readUntil(socket: Socket, end: string): Promise<string> {
  let answer = '';
  const closed = once(socket, 'close').then(() => 'closed');
  while (!answer.includes(end)) {
    const came = await Promise.race([once(socket, 'data'), closed]);
    assert.is.not(came, 'closed', `the connection closed after ${answer.length} bytes`);
    answer += came[0];
  }
  return answer;
}

test.run();
