import type { Measurement } from '../../../bench/index.ts';
import { headers } from '../../../contract/headers.ts';
import type { Progress, RunRecord } from '../../../contract/run.ts';
import type { LoadPlan } from './plan-load.ts';
import { rejectAfterStop } from './reject-after-stop.ts';
import type { RunnerContext } from './runner-context.ts';

/**
 * Loads the service as planned and writes progress every second.
 * @throws the signal's reason when it fires, even if the engine does not stop.
 */
export async function loadTarget(
  context: RunnerContext,
  run: RunRecord,
  { scenario, models }: LoadPlan,
  signal: AbortSignal,
): Promise<Measurement> {
  const load = context.measureLoad({
    scenario,
    url: context.targetUrl,
    headers: { [headers.runId]: run.run_id },
    models,
    signal,
    onProgress: writeProgress(context, run.run_id),
  });
  const measurement = await Promise.race([load, rejectAfterStop(signal)]);
  signal.throwIfAborted();
  return measurement;
}

/** Progress that cannot be written is skipped: the next second brings it up to date. */
function writeProgress({ runs }: RunnerContext, runId: string): (progress: Progress) => void {
  let isWriting = false;
  return (progress) => {
    if (isWriting) return;
    isWriting = true;
    runs
      .writeProgress(runId, progress)
      .catch(() => {})
      .finally(() => {
        isWriting = false;
      });
  };
}
