import { applyWorkload, type Scenario, type ServedModel } from '../../../bench/index.ts';
import { sanitizeModelId } from '../../../contract/model-id.ts';
import type { Target } from '../../../contract/report.ts';
import { downloadPath, versionPath } from '../../../contract/routes.ts';
import type { RunRecord } from '../../../contract/run.ts';
import { listAllModels } from '../../registry/list-all-models.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { keepTrying } from './keep-trying.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

/** What a runner is going to do, with what. */
export interface LoadPlan {
  readonly scenario: Scenario;
  readonly models: readonly ServedModel[];
  /** Null where the scenario asks for all models. */
  readonly target: Target | null;
}

/**
 * The workload's scenario and the models it asks for: all, or the one that is then asked for by every request.
 * @throws {RunStopped} when the registry does not have what the workload names any more.
 */
export async function planLoad(context: RunnerContext, run: RunRecord, signal: AbortSignal): Promise<LoadPlan> {
  const scenario = applyWorkload(run.workload);
  const { model_id, version } = run.workload;
  if (model_id === null || version === null) {
    return { scenario, models: await findAllModels(context, signal), target: null };
  }
  const model = await keepTrying(() => context.models.find(sanitizeModelId(model_id), version), signal);
  if (model) return { scenario, models: [toServed(model)], target: toTarget(model) };
  throw new RunStopped('failed', `The registry has no model "${model_id}" in version "${version}" any more.`);
}

async function findAllModels({ models }: RunnerContext, signal: AbortSignal): Promise<ServedModel[]> {
  const served = await keepTrying(async () => {
    const found: ServedModel[] = [];
    for await (const model of listAllModels(models)) found.push(toServed(model));
    return found;
  }, signal);
  if (served.length === 0) throw new RunStopped('failed', 'The registry has no models any more.');
  return served;
}

function toServed({ id, version, sizeBytes, digest }: ModelRecord): ServedModel {
  return { id, path: downloadPath(id, version), recordPath: versionPath(id, version), sizeBytes, digest };
}

function toTarget({ modelId, version, sizeBytes, digest }: ModelRecord): Target {
  return { model_id: modelId, version, size_bytes: sizeBytes, digest };
}
