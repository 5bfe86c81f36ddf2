import { createServer, type Server } from 'node:http';
import { connect, type ListenOptions, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createPortListeners, type PortListeners } from '../port-listeners.ts';

const test = suite('port listeners');
const host = '127.0.0.1';
interface Opened {
  readonly server: Server;
  /** The connections that are open, as the server knows them. */
  readonly sockets: ReadonlySet<Socket>;
  readonly listeners: PortListeners;
  readonly clients: Socket[];
}

const opened: Opened[] = [];

test.after.each(async () => {
  for (const { listeners, clients } of opened.splice(0)) {
    for (const client of clients) client.destroy();
    await listeners.close();
  }
});

test('64 clients at once are let in by 16 listeners in fewer turns of the event loop than there are clients', async () => {
  const alone = await countTurns(1);
  const together = await countTurns(16);
  assert.ok(alone >= 64, `${alone} turns of one listener`);
  assert.ok(together < 32, `${together} turns of 16`);
});

test('a port that other listeners share is taken all the same, and stays with them', async () => {
  const first = open(4);
  const port = await first.listeners.listen({ port: 0, host, joinedPort: null });
  const second = open(4);
  const refused = await second.listeners.listen({ port, host, joinedPort: null }).catch((error) => error);
  assert.is(refused.code, 'EADDRINUSE');
  assert.is(await read(port), 'served');
});

test('where a port cannot be shared one listener serves it', async () => {
  const { server, listeners } = open(4);
  const listen = server.listen.bind(server);
  Object.assign(server, {
    listen(options: ListenOptions) {
      if (!options.reusePort) return listen(options);
      return server.emit('error', Object.assign(new Error('listen ENOTSUP'), { code: 'ENOTSUP' }));
    },
  });
  const port = await listeners.listen({ port: 0, host, joinedPort: null });
  assert.is(await read(port), 'served');
});

test('connections beyond the places are dropped, whichever listener they come by, until one is free', async () => {
  const { server, listeners, clients, sockets } = open(16, 10);
  let dropped = 0;
  server.on('drop', () => {
    dropped += 1;
  });
  const port = await listeners.listen({ port: 0, host, joinedPort: null });
  clients.push(...Array.from({ length: 64 }, () => connect(port, host).on('error', () => {})));
  const gone = clients.map((client) => new Promise((resolve) => client.resume().once('close', resolve)));
  while (dropped < 54) await nextTurn();
  assert.is(sockets.size, 10);
  for (const client of clients) client.destroy();
  await Promise.all(gone);
  assert.is(await readWhenFree(port), 'served');
});

test('closing waits for the last connection, whichever listener it came by', async () => {
  const { listeners, clients, sockets } = open(16);
  const port = await listeners.listen({ port: 0, host, joinedPort: null });
  clients.push(...Array.from({ length: 32 }, () => connect(port, host)));
  while (sockets.size < 32) await nextTurn();
  let isClosed = false;
  const closed = listeners.close().then(() => {
    isClosed = true;
  });
  for (const client of clients) {
    assert.not(isClosed);
    const left = sockets.size - 1;
    client.destroy();
    while (sockets.size > left) await nextTurn();
  }
  await closed;
});

/** How many turns of the event loop pass until as many clients as connect at once are let in. */
async function countTurns(count: number): Promise<number> {
  const { listeners, clients, sockets } = open(count);
  const port = await listeners.listen({ port: 0, host, joinedPort: null });
  clients.push(...Array.from({ length: 64 }, () => connect(port, host)));
  let turns = 0;
  for (; sockets.size < 64; turns += 1) await nextTurn();
  return turns;
}

function open(count: number, places = Number.POSITIVE_INFINITY): Opened {
  const server = createServer((_, response) => response.end('served'));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listeners = createPortListeners(server, { listeners: count, places });
  const one: Opened = { server, sockets, listeners, clients: [] };
  opened.push(one);
  return one;
}

async function read(port: number): Promise<string> {
  const answer = await fetch(`http://${host}:${port}`, { headers: { connection: 'close' } });
  return answer.text();
}

async function readWhenFree(port: number): Promise<string> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const text = await read(port).catch(() => null);
    if (text !== null) return text;
    assert.ok(performance.now() < deadline, 'no place is free within 20 s');
    await sleep(20);
  }
}

test.run();
