import { once } from 'node:events';
import type { Server } from 'node:http';
import {
  type AddressInfo,
  createServer,
  type ListenOptions,
  type Socket,
  Server as SocketServer,
} from 'node:net';

export interface PortListeners {
  /** Resolves with the port. Rejects when the address cannot be taken, also where it could be shared. */
  listen(address: ListenAddress): Promise<number>;
  /** Takes no more connections. Resolves when none is open. */
  close(): Promise<void>;
}

export interface ListenAddress {
  readonly port: number;
  readonly host: string;
  /** On which other workers of this service listen; null for who is the first. */
  readonly joinedPort: number | null;
}

interface Options {
  /** Sockets that listen; one where the system lets a port have no more. */
  readonly listeners: number;
  /** Connections that may be open, whichever socket they came by; who comes beyond them is hung up on. */
  readonly places: number;
}

/** Of every connection, as a server of HTTP has them. */
const socketOptions = { allowHalfOpen: true, noDelay: true };

/**
 * Listens on one port with several sockets: the event loop accepts one connection of each in a turn, and with a single one
 * whoever comes behind a hundred downloads waits for a hundred turns. All connections are the server's own.
 */
export function createPortListeners(server: Server, { listeners, places }: Options): PortListeners {
  const others = Array.from({ length: listeners - 1 }, () =>
    createServer(socketOptions, (socket) => server.emit('connection', socket)),
  );
  for (const other of others) other.on('drop', (data) => server.emit('drop', data));
  const all: readonly SocketServer[] = [server, ...others];
  countOpen(server, (open) => {
    for (const listener of all) listener.maxConnections = open < places ? Number.POSITIVE_INFINITY : 0;
  });

  return {
    async listen({ port, host, joinedPort }) {
      if (joinedPort === null && port !== 0) await holdAlone(port, host);
      const own = { port: joinedPort ?? port, host, reusePort: true };
      const taken = await listen(server, own).catch((error) => {
        if (error.code === 'ENOTSUP') return null;
        throw error;
      });
      // Of several workers the primary process then listens for all, as long as all name the same port.
      if (taken === null) return listen(server, { port: joinedPort ?? (await holdAlone(port, host)), host });
      const { address } = server.address() as AddressInfo;
      await Promise.all(others.map((other) => listen(other, { port: taken, host: address, reusePort: true })));
      return taken;
    },
    async close() {
      // Of HTTP's own `close`, an answer that waits for its client is idle, and cut.
      const close = (listener: SocketServer) =>
        new Promise<void>((resolve) => SocketServer.prototype.close.call(listener, () => resolve()));
      await Promise.all(all.map(close));
    },
  };
}

function countOpen(server: Server, onChange: (open: number) => void): void {
  let open = 0;
  const change = (by: number) => {
    open += by;
    onChange(open);
  };
  server.on('connection', (socket: Socket) => {
    change(1);
    socket.once('close', () => change(-1));
  });
}

/**
 * A shared port would be shared with any other service of this user: it is taken for a moment as nobody shares one.
 * Resolves with it; of 0 with one that is free.
 */
async function holdAlone(port: number, host: string): Promise<number> {
  const probe = createServer();
  const held = await listen(probe, { port, host, exclusive: true });
  await new Promise((resolve) => probe.close(resolve));
  return held;
}

async function listen(listener: SocketServer, options: ListenOptions): Promise<number> {
  listener.listen(options);
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}
