import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import { bufferedVsStreamed } from './buffered-vs-streamed.ts';
import { control } from './control.ts';
import { eventLoop } from './event-loop.ts';
import { s3Connections } from './s3-connections.ts';
import { seedCombined } from './seed-combined.ts';
import { workerPool } from './worker-pool.ts';
import { workers } from './workers.ts';

/** In the order of the story that they tell. */
export const experiments: readonly ExperimentPlan[] = [
  eventLoop,
  workerPool,
  s3Connections,
  seedCombined,
  bufferedVsStreamed,
  workers,
  control,
];

/** The file that an experiment comes with, from the top of the checkout, and the SHA-256 of its source. */
export async function hashExperiment(name: string): Promise<{ source: string; source_sha256: string }> {
  const source = await readFile(new URL(`${name}.ts`, import.meta.url));
  return {
    source: `bench/experiments/${name}.ts`,
    source_sha256: createHash('sha256').update(source).digest('hex'),
  };
}
