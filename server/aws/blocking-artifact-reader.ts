import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { DomainError } from '../domain-error.ts';
import type { BlockingArtifactReader } from '../registry/stores.ts';
import { findTrace } from '../request-trace.ts';
import {
  type BlockingAnswer,
  type BlockingQuestion,
  type BlockingWorkerData,
  unpackError,
  workerStates,
} from './blocking-messages.ts';
import { blockingReadLimitMs } from './blocking-read-limit.ts';

export interface BlockingReaderOptions {
  readonly bucket: string;
  /** Honoured as by every reader, although a thread that stands still never asks for more than one artifact. */
  readonly s3MaxSockets: number;
  readonly limitMs?: number;
}

/**
 * Reads artifacts from S3 while this thread stands still: another thread, started by the first call, does the
 * reading, with the AWS environment of that moment. `readBlocking` throws as `ArtifactReader.open` rejects; when that
 * thread has died it throws, too, and the next call starts another one.
 */
export function createBlockingArtifactReader(options: BlockingReaderOptions): BlockingArtifactReader {
  const { limitMs = blockingReadLimitMs } = options;
  let thread: ReaderThread | null = null;

  return {
    readBlocking(record, range) {
      if (thread === null || !claim(thread)) thread = startThread(options);
      const answer = ask(thread, { record, range }, limitMs);
      if (answer === null) {
        const lost = thread;
        thread = null;
        throw giveUp(lost, limitMs);
      }
      if (answer.kind === 'failed') throw unpackError(answer.error);
      return answer.kind === 'gone' ? null : take(answer);
    },

    async close() {
      const last = thread;
      thread = null;
      await last?.worker.terminate();
    },
  };
}

/** What the other thread timed are phases of the request that waited for it. */
function take({ bytes, phases }: Extract<BlockingAnswer, { kind: 'bytes' }>): Buffer {
  const trace = findTrace();
  if (trace) {
    const { handling: _, ...timed } = phases;
    trace.credit(timed);
    trace.noteS3Get();
    trace.noteS3Bytes(bytes.byteLength);
  }
  return Buffer.from(bytes);
}

interface ReaderThread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly state: Int32Array;
}

/** As claimed already. */
function startThread({ bucket, s3MaxSockets }: BlockingReaderOptions): ReaderThread {
  const { port1: port, port2 } = new MessageChannel();
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  state[0] = workerStates.asked;
  const worker = new Worker(new URL('./blocking-artifact-worker.ts', import.meta.url), {
    workerData: { port: port2, state, bucket, s3MaxSockets } satisfies BlockingWorkerData,
    transferList: [port2],
    // What this process preloads may not bear a thread, and would end it before it can say so.
    execArgv: [],
  });
  worker.unref();
  // It has told why by its last answer; without a listener the process would end.
  worker.on('error', () => {});
  return { worker, port, state };
}

/** False when the thread has ended since its last answer. */
function claim({ state }: ReaderThread): boolean {
  const { idle, asked } = workerStates;
  return Atomics.compareExchange(state, 0, idle, asked) === idle;
}

/** Null when no answer came: the thread ended, or the time did. */
function ask(
  { port, state }: ReaderThread,
  question: BlockingQuestion,
  limitMs: number,
): BlockingAnswer | null {
  port.postMessage(question);
  Atomics.wait(state, 0, workerStates.asked, limitMs);
  return (receiveMessageOnPort(port)?.message as BlockingAnswer | undefined) ?? null;
}

function giveUp({ worker, state }: ReaderThread, limitMs: number): Error {
  if (Atomics.load(state, 0) === workerStates.ended) return new Error('The thread that reads artifacts ended.');
  worker.terminate();
  return new DomainError('stores_unavailable', `S3 gave no whole artifact within ${limitMs} ms.`);
}
