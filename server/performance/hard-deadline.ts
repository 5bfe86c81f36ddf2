import type { Workload } from '../../contract/workload.ts';

/** For stopping the load, writing the documents and the stores' own retries. */
const marginMs = 60_000;

/** When a run whose load starts at `loadStartMs` must have ended, whatever its runner does. */
export function hardDeadline(loadStartMs: number, workload: Workload): string {
  return new Date(loadStartMs + workload.duration_seconds * 1_000 + marginMs).toISOString();
}
