import type { Target } from '../../contract/report.ts';
import { downloadPath, versionPath } from '../../contract/routes.ts';
import type { ServedModel } from '../scenario.ts';
import type { LoadChoice } from './choose-load.ts';
import { TargetAnswerError, TargetClient } from './target-client.ts';

/** Tells a request function that needs a model from one that throws in any case. */
const standIn: ServedModel = {
  id: 'stand_in',
  path: downloadPath('stand_in', 'main'),
  recordPath: versionPath('stand_in', 'main'),
  sizeBytes: 1,
  digest: null,
};

/** What a load is given of its target, and what the report says of that. */
export interface ServedModels {
  readonly models: readonly ServedModel[];
  /** Null where the load asks for all models, or for none. */
  readonly target: Target | null;
  /** The strategy that the target names; null where it names none. */
  readonly delivery: string | null;
}

/**
 * Asks the target what the scenario needs to know of it: its list of models where it asks for all, else length and
 * digest of the one. A target that has none is none for scenarios whose requests need no model.
 * @throws {CommandError} when it cannot be reached, or has not what is needed; whatever the scenario's request throws.
 */
export async function readServedModels(choice: LoadChoice, signal: AbortSignal): Promise<ServedModels> {
  const { scenario, url, modelId, version } = choice;
  const client = new TargetClient(url, signal);
  if (scenario.models === 'all') {
    return { models: await client.listModels(), target: null, delivery: null };
  }
  try {
    const { delivery, ...model } = await client.readModel(modelId, version);
    if (!asksFor(choice, model)) return { models: [model], target: null, delivery };
    const target = { model_id: modelId, version, size_bytes: model.sizeBytes, digest: model.digest };
    return { models: [model], target, delivery };
  } catch (error) {
    if (error instanceof TargetAnswerError && needsNoModel(choice)) {
      return { models: [], target: null, delivery: null };
    }
    throw error;
  }
}

/** A plan depends on its numbers and models alone, so it may be asked without a request. */
function asksFor({ scenario }: LoadChoice, model: ServedModel): boolean {
  return scenario.planRequest(() => 0, [model]).path === model.path;
}

/** @throws {ScriptError} when the scenario's own code throws whatever it is given. */
function needsNoModel({ scenario }: LoadChoice): boolean {
  try {
    scenario.planRequest(() => 0, []);
    return true;
  } catch {
    scenario.planRequest(() => 0, [standIn]);
    return false;
  }
}
