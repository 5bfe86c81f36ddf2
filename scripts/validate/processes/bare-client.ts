import { connect, type Socket } from 'node:net';
import { readBufferBytes } from '../../../bench/engine/open-connection.ts';
import { ReadTurns } from '../../../bench/engine/read-turns.ts';
import { answerParent } from './answer-parent.ts';

export interface BareOrder {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** That each connection asks for, one after the other. */
  readonly bodies: number;
  readonly bodyBytes: number;
}

export interface BareResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bodyBytes: number;
  /** Of the first connection that had all its bodies, and of the last. */
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

const endOfHead = Buffer.from('\r\n\r\n');
const statusOk = 'HTTP/1.1 200 ';

/**
 * The floor of what downloading costs in Node: sockets that read into one buffer, the engine's bound on what one of
 * them may read at a turn, and a count of bytes.
 */
answerParent('ready', async (question): Promise<BareResult> => {
  const order = question as BareOrder;
  const buffer = Buffer.allocUnsafeSlow(readBufferBytes);
  const turns = new ReadTurns();
  const startedMs = performance.now();
  const cpuStart = process.cpuUsage();
  const ended: number[] = [];
  const downloads = Array.from({ length: order.connections }, async () => {
    const bytes = await download(order, buffer, turns);
    ended.push((performance.now() - startedMs) / 1_000);
    return bytes;
  });
  const bytes = await Promise.all(downloads);
  const { user, system } = process.cpuUsage(cpuStart);
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    bodyBytes: bytes.reduce((sum, count) => sum + count, 0),
    firstSeconds: ended[0] ?? Number.NaN,
    lastSeconds: ended.at(-1) ?? Number.NaN,
  };
});

/** Resolves with the bytes of all bodies of one connection. */
function download(
  { port, path, bodies, bodyBytes }: BareOrder,
  shared: Buffer,
  turns: ReadTurns,
): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`;
  let left = bodies;
  let awaited = Number.NaN;
  let total = 0;
  const mayGoOn = turns.open();
  return new Promise((resolve, reject) => {
    const ask = () => {
      awaited = Number.NaN;
      socket.write(request);
    };
    const read = (length: number, buffer: Uint8Array): boolean => {
      const isHead = Number.isNaN(awaited);
      const body = isHead ? length - findBody(buffer as Buffer, length) : length;
      awaited = (isHead ? bodyBytes : awaited) - body;
      total += body;
      if (awaited === 0) {
        left -= 1;
        if (left > 0) ask();
        else {
          socket.destroy();
          resolve(total);
        }
      }
      return mayGoOn(socket, length);
    };
    const socket: Socket = connect(
      { host: '127.0.0.1', port, onread: { buffer: shared, callback: read } },
      ask,
    );
    socket.on('error', reject);
    socket.on('end', () => reject(new Error(`the server closed after ${total} bytes`)));
  });
}

function findBody(buffer: Buffer, length: number): number {
  const at = buffer.subarray(0, length).indexOf(endOfHead);
  if (at < 0) throw new Error('the head of an answer came in two pieces');
  const status = buffer.toString('latin1', 0, statusOk.length);
  if (status !== statusOk) throw new Error(`the server answered ${buffer.toString('latin1', 0, at)}`);
  return at + endOfHead.length;
}
