import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ReadTurns } from './read-turns.ts';

/** One buffer for all connections: a fresh one for every read is 45 % of a generator's busy time. */
export const readBufferBytes = 256 * 1024;
const sharedBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** The reason of a connection that ended by FIN; others have the system's code. */
export const closedInOrder = 'closed by the server';

export interface Address {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** As the `host` header has it. */
  readonly authority: string;
}

export interface ConnectionEvents {
  readonly onUp: () => void;
  /** The bytes are overwritten as soon as this returns. */
  readonly onBytes: (bytes: Buffer) => void;
  /** It ended before it was dropped; `wasUp` tells whether it ever came up. */
  readonly onLost: (reason: string, wasUp: boolean) => void;
}

export interface Connection {
  readonly socket: Socket;
  /** Closes it without another event; returns how many bytes the socket itself counted. */
  drop(): number;
}

/** @param ca PEM certificates to trust instead of the defaults, which include those of NODE_EXTRA_CA_CERTS. */
export function openConnection(
  address: Address,
  turns: ReadTurns,
  ca: string | null,
  { onUp, onBytes, onLost }: ConnectionEvents,
): Connection {
  const { host, port, isSecure } = address;
  const mayGoOn = turns.open();
  const options = {
    host,
    port,
    onread: {
      buffer: sharedBuffer,
      callback(length: number, buffer: Uint8Array): boolean {
        onBytes((buffer as Buffer).subarray(0, length));
        return mayGoOn(socket, length);
      },
    },
  };
  const names = { ...(isIP(host) ? {} : { servername: host }), ...(ca === null ? {} : { ca }) };
  const socket: Socket = isSecure ? connectTls({ ...options, ...names }) : connectPlain(options);
  let wasUp = false;
  socket.on(isSecure ? 'secureConnect' : 'connect', () => {
    wasUp = true;
    onUp();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => onLost(error.code ?? error.message, wasUp));
  socket.on('end', () => onLost(closedInOrder, wasUp));
  return {
    socket,
    drop() {
      socket.removeAllListeners();
      socket.on('error', () => {});
      const { bytesRead } = socket;
      socket.destroy();
      return bytesRead;
    },
  };
}

/** @throws {Error} when the text is no http:// or https:// address. */
export function readAddress(text: string, base?: string): Address & { readonly target: string } {
  const url = URL.parse(text, base);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    // The query of a presigned address is a credential.
    throw new Error(`"${text.replace(/\?.*/s, '').slice(0, 120)}" is no http:// or https:// address.`);
  }
  const isSecure = url.protocol === 'https:';
  return {
    isSecure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 443 : 80)),
    authority: url.host,
    target: url.pathname + url.search,
  };
}
