import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens on every connection once that many bytes came back from the server: see `setFault`. */
export interface Fault {
  readonly afterBytes: number;
  /** `end` closes in order, `stall` sends nothing more and keeps the connection. */
  readonly act: 'reset' | 'end' | 'stall';
  /** How many connections it strikes before it heals by itself; without it every one. */
  readonly times?: number;
}

export interface FaultyProxy {
  readonly url: string;
  /** Connections that clients hold at this moment. */
  countConnections(): number;
  /** For bytes from now on; null heals new bytes, but not what is stalled. */
  setFault(fault: Fault | null): void;
  /** Connections that the present fault has struck. */
  countStrikes(): number;
  /** Refuses connections and cuts those that are open, as a server that went down; `restore` undoes it. */
  takeDown(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP proxy in front of a store, to make it fail in ways that no store does when asked. */
export async function startFaultyProxy(targetUrl: string): Promise<FaultyProxy> {
  const target = new URL(targetUrl);
  const clients = new Set<Socket>();
  let fault: Fault | null = null;
  let strikes = 0;
  const struck = new WeakSet<Socket>();
  let passedBytes = new WeakMap<Socket, number>();
  const createListener = () =>
    createServer((client) => {
      clients.add(client);
      const upstream = connect(Number(target.port), target.hostname);
      client.once('close', () => {
        clients.delete(client);
        upstream.destroy();
      });
      client.on('error', () => {});
      upstream.on('error', () => client.destroy());
      upstream.on('end', () => client.end());
      upstream.on('data', (chunk) => {
        if (!pass(client, chunk)) upstream.pause();
      });
      client.on('drain', () => upstream.resume());
      client.pipe(upstream);
    });
  const pass = (client: Socket, chunk: Buffer): boolean => {
    if (struck.has(client)) return false;
    const passed = passedBytes.get(client) ?? 0;
    const allowed = fault ? Math.max(0, fault.afterBytes - passed) : chunk.length;
    passedBytes.set(client, passed + chunk.length);
    if (!fault || allowed >= chunk.length) return client.write(chunk);
    const { act, times } = fault;
    struck.add(client);
    strikes += 1;
    if (strikes === times) fault = null;
    client.write(chunk.subarray(0, allowed), () => {
      if (act === 'reset') client.resetAndDestroy();
      if (act === 'end') client.end();
    });
    return false;
  };

  let server = createListener();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const takeDown = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const client of clients) {
      // Node cannot reset what it is just closing, and leaks the handle when asked to.
      if (client.writable) client.resetAndDestroy();
      else client.destroy();
    }
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    countConnections: () => clients.size,
    setFault(next) {
      fault = next;
      strikes = 0;
      passedBytes = new WeakMap();
    },
    countStrikes: () => strikes,
    takeDown,
    async restore() {
      server = createListener();
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    async close() {
      if (server.listening) await takeDown();
    },
  };
}
