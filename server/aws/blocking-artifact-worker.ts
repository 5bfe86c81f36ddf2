import { workerData } from 'node:worker_threads';
import { countBytes, readWhole } from '../registry/read-range.ts';
import { RequestTrace, runTraced } from '../request-trace.ts';
import { createArtifactReader } from './artifact-reader.ts';
import {
  type BlockingAnswer,
  type BlockingQuestion,
  type BlockingWorkerData,
  packError,
  workerStates,
} from './blocking-messages.ts';
import { createDeliveryClient } from './clients.ts';

/** The thread that reads for a blocking reader: it answers one question at a time, and wakes who waits for it. */
const { port, state, bucket, s3MaxSockets } = workerData as BlockingWorkerData;

// Nobody hears of another thread's end while they stand still themselves.
process.on('uncaughtExceptionMonitor', (error) => send({ kind: 'failed', error: packError(error) }));
process.on('exit', () => wake(workerStates.ended));

const reader = createArtifactReader(createDeliveryClient(s3MaxSockets), { bucket });

port.on('message', async (question: BlockingQuestion) => {
  send(await read(question).catch((error): BlockingAnswer => ({ kind: 'failed', error: packError(error) })));
  wake(workerStates.idle);
});

async function read({ record, range }: BlockingQuestion): Promise<BlockingAnswer> {
  const trace = new RequestTrace();
  return runTraced(trace, async () => {
    const body = await reader.open(record, range, new AbortController().signal);
    if (body === null) return { kind: 'gone' };
    const { buffer: bytes } = await readWhole(body, countBytes(record, range));
    return { kind: 'bytes', bytes, phases: trace.end().phases };
  });
}

function send(answer: BlockingAnswer): void {
  port.postMessage(answer, answer.kind === 'bytes' ? [answer.bytes] : []);
}

function wake(next: number): void {
  Atomics.store(state, 0, next);
  Atomics.notify(state, 0);
}
