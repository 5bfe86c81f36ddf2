import { setTimeout as sleep } from 'node:timers/promises';
import type { runScenario, Scenario, ServedModel } from '../../../bench/index.ts';
import { headers } from '../../../contract/headers.ts';
import { downloadPath, versionPath } from '../../../contract/routes.ts';
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
    url: context.targetUrl,
    headers: { [headers.runId]: run.run_id },
    models: [describeModel(model)],
    signal,
    onProgress: writeProgress(context, run.run_id),
  });
  const measurement = await Promise.race([load, rejectAfterStop(signal)]);
  signal.throwIfAborted();
  return measurement;
}

function describeModel({ id, version, sizeBytes, digest }: ModelRecord): ServedModel {
  return { id, path: downloadPath(id, version), recordPath: versionPath(id, version), sizeBytes, digest };
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
