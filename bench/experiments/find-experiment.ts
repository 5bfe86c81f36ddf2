import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import { bufferedVsStreamed } from './buffered-vs-streamed.ts';
import { control } from './control.ts';
import { defaultsVsSeed } from './defaults-vs-seed.ts';
import { eventLoop } from './event-loop.ts';
import { redirected } from './redirected.ts';
import { s3Connections } from './s3-connections.ts';
import { scale10 } from './scale-10.ts';
import { scale1000 } from './scale-1000.ts';
import { seedCombined } from './seed-combined.ts';
import { singleFlightCache } from './single-flight-cache.ts';
import { singleFlightCacheWarm } from './single-flight-cache-warm.ts';
import { workerPool } from './worker-pool.ts';
import { workers } from './workers.ts';

/** In the order of the story that they tell. */
export const experiments: readonly ExperimentPlan[] = [
  eventLoop,
  workerPool,
  s3Connections,
  seedCombined,
  bufferedVsStreamed,
  singleFlightCache,
  singleFlightCacheWarm,
  redirected,
  defaultsVsSeed,
  scale10,
  scale1000,
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
