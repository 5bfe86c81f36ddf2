import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
  /** How the connection ended. */
  readonly end: 'closed' | 'reset';
}

/** Sends a request line as it stands, which no HTTP client would, and reads until the connection ends. */
export async function requestRaw(url: string, requestLine: string): Promise<RawAnswer> {
  const socket = await openRaw(url, requestLine);
  const chunks: Buffer[] = [];
  let end: RawAnswer['end'] = 'closed';
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') end = 'reset';
  });
  await once(socket, 'close').catch(() => once(socket, 'close'));
  const answer = Buffer.concat(chunks);
  const headEnd = answer.indexOf('\r\n\r\n');
  const head = answer.subarray(0, Math.max(0, headEnd)).toString('latin1');
  return { status: Number(head.split(' ')[1]), head, body: answer.subarray(headEnd + 4), end };
}

/** The connection after its request was sent; nobody reads it yet. */
export async function openRaw(
  url: string,
  requestLine: string,
  connection: 'close' | 'keep-alive' = 'close',
): Promise<Socket> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`${requestLine}\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`, 'latin1');
  return socket;
}
