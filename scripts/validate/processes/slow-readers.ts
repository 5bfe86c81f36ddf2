import { connect } from 'node:net';
import { answerParent } from './answer-parent.ts';

export interface SlowOrder {
  readonly port: number;
  readonly path: string;
  readonly readers: number;
  /** That each of them takes. */
  readonly bytesPerSecond: number;
  readonly seconds: number;
}

export interface SlowResult {
  /** Readers that have got no body, and the most and the least that one has. */
  readonly without: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
}

const ticksPerSecond = 4;
/** More than the head of an answer. */
const headBytes = 2_048;

/** So many clients at once that each take so few bytes a second, for so long; then they leave. */
answerParent('ready', async (question): Promise<SlowResult> => {
  const order = question as SlowOrder;
  const buffer = Buffer.allocUnsafeSlow(64 * 1_024);
  const readers = Array.from({ length: order.readers }, () => read(order, buffer));
  for (let tick = 0; tick < order.seconds * ticksPerSecond; tick += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000 / ticksPerSecond));
    for (const reader of readers) reader.allow(order.bytesPerSecond / ticksPerSecond);
  }
  const taken = readers.map((reader) => reader.leave());
  return {
    without: taken.filter((bytes) => bytes <= headBytes).length,
    leastBytes: Math.min(...taken),
    mostBytes: Math.max(...taken),
  };
});

function read({ port, path }: SlowOrder, buffer: Buffer) {
  let taken = 0;
  let allowed = 0;
  const callback = (length: number): boolean => {
    taken += length;
    return taken < allowed;
  };
  const socket = connect({ host: '127.0.0.1', port, onread: { buffer, callback } }, () => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  });
  return {
    allow(bytes: number): void {
      allowed += bytes;
      if (taken < allowed) socket.resume();
    },
    /** Answers with what it has taken, the head included. */
    leave(): number {
      socket.destroy();
      return taken;
    },
  };
}
