import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RenderedRun, RunFacts } from './render-run.ts';

/**
 * Renders in a thread: a hundred thousand requests take seconds, and a lease that is not renewed meanwhile ends the run.
 * @throws what the rendering throws; the signal's reason when it fires.
 */
export async function renderInThread(facts: RunFacts, signal: AbortSignal): Promise<RenderedRun> {
  const worker = new Worker(new URL('./render-run-worker.ts', import.meta.url), { workerData: facts });
  try {
    const ended = once(worker, 'exit', { signal }).then(() => {
      throw new Error('The thread that renders the report ended without one.');
    });
    const [rendered] = await Promise.race([once(worker, 'message', { signal }), ended]);
    return rendered as RenderedRun;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}
