import type { Socket } from 'node:net';
import { connectReadingSocket } from './read-socket.ts';

interface Following {
  readonly onBytes: (bytes: Buffer) => void;
  /** The connection ended before it was destroyed; `wasUp` tells whether it ever came up. */
  readonly onLost: (reason: string, wasUp: boolean) => void;
}

/**
 * Asks for what a redirect leads to, on a connection of its own and without the first request's headers: they are
 * not meant for another server.
 * @throws {Error} when the location is nothing that can be followed.
 */
export function followRedirect(location: string, base: string, { onBytes, onLost }: Following): Socket {
  const url = URL.parse(location, base);
  if (url?.protocol !== 'http:') {
    // The query of a presigned address is a credential.
    const shown = url === null ? 'what is no address' : `${url.protocol}//${url.host}${url.pathname}`;
    throw new Error(`redirected to ${shown.slice(0, 120)}; this engine follows to http:// only`);
  }
  const socket = connectReadingSocket({ host: url.hostname, port: Number(url.port || 80) }, onBytes);
  let wasUp = false;
  socket.on('connect', () => {
    wasUp = true;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => onLost(error.code ?? error.message, wasUp));
  socket.on('end', () => onLost('closed by the server', wasUp));
  socket.write(
    `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\naccept: */*\r\nconnection: close\r\n\r\n`,
  );
  return socket;
}
