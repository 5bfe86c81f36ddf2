import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../../../bench/engine/plan-requests.ts';
import { answerParent, readArgument } from './answer-parent.ts';

export interface RecordingOrder {
  readonly seed: number;
  /** Every answer waits at least this long; with `jitterMs`, exponentially distributed, on top. */
  readonly delayMs: number;
  readonly jitterMs: number;
}

/** What the server saw since it was asked last, when its seeded delays began anew. Times are its own clock's, in milliseconds. */
export interface Recording {
  readonly arrivalsMs: readonly number[];
  readonly answered: number;
  /** Connections that were gone before their answer. */
  readonly cut: number;
  /** Of all requests that were answered, from the head to the last byte handed to the kernel. */
  readonly residenceMs: number;
}

/** A server that notes each request when it comes and answers with a small body after a seeded delay. */
const { seed, delayMs, jitterMs } = readArgument() as RecordingOrder;
let recording = forget();
let requests = 0;

const server = createServer((_request, response) => {
  const arrivedMs = performance.now();
  const drawn = createRandom(seed, requests)();
  requests += 1;
  recording.arrivalsMs.push(arrivedMs);
  const timer = answerAt(arrivedMs + delayMs - jitterMs * Math.log(1 - drawn), () => response.end('a body'));
  response.on('close', () => {
    clearTimeout(timer());
    if (response.writableFinished) {
      recording.answered += 1;
      recording.residenceMs += performance.now() - arrivedMs;
    } else recording.cut += 1;
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answerParent({ url }, () => {
    const told = recording;
    recording = forget();
    requests = 0;
    return told;
  });
});

/** Never early, as a timer may be by part of a millisecond; returns what tells the timer that is set. */
function answerAt(dueMs: number, answer: () => void): () => NodeJS.Timeout | undefined {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const leftMs = dueMs - performance.now();
    if (leftMs <= 0) answer();
    else timer = setTimeout(wait, leftMs);
  };
  wait();
  return () => timer;
}

function forget() {
  return { arrivalsMs: [] as number[], answered: 0, cut: 0, residenceMs: 0 };
}
