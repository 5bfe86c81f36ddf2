import { setTimeout as sleep } from 'node:timers/promises';
import type { runScenario, Scenario } from '../../../bench/index.ts';
import { headers } from '../../../contract/headers.ts';
import { downloadPath } from '../../../contract/routes.ts';
import type { Progress, RunRecord } from '../../../contract/run.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import type { RunnerContext } from './runner-context.ts';

/** How long a load that was told to stop may take for it. */
const stopMs = 3_000;

/**
 * Downloads the model as the scenario says and writes progress every second.
 * @throws the signal's reason when it fires, even if the engine does not stop.
 */
export async function loadTarget(
  context: RunnerContext,
  run: RunRecord,
  scenario: Scenario,
  model: ModelRecord,
  signal: AbortSignal,
): ReturnType<typeof runScenario> {
  const load = context.runScenario({
    scenario,
    url: context.targetUrl.replace(/\/$/, '') + downloadPath(model.id, model.version),
    headers: { [headers.runId]: run.run_id },
    expected: { sizeBytes: model.sizeBytes, digest: model.digest },
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

async function rejectAfterStop(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await sleep(stopMs, undefined, { ref: false });
  throw signal.reason;
}
