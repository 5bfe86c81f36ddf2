import { parentPort, workerData } from 'node:worker_threads';
import { type RunFacts, renderRun } from './render-run.ts';

/** The thread that renders one run, and ends. */
parentPort?.postMessage(renderRun(workerData as RunFacts));
