import type { StreamedRun } from './streamed-run.ts';

const intervalMs = 1_000;

/** Writes the progress of a run once a second, as its runner does, until the returned function is called. */
export function writeProgress({ runId, runs }: StreamedRun): () => Promise<void> {
  let second = 0;
  let written = Promise.resolve();
  const timer = setInterval(() => {
    second += 1;
    written = runs.writeProgress(runId, {
      elapsed_seconds: second,
      total_requests: null,
      done: second * 40,
      failed: 0,
      in_flight: 40,
      received_bytes: second * 1e9,
      bytes_per_second: 1e9,
    });
  }, intervalMs);
  return () => {
    clearInterval(timer);
    return written;
  };
}
