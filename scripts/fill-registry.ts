import { CommandError } from '../bench/cli/exit-codes.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { sanitizeModelId } from '../contract/model-id.ts';
import { defaultWorkload } from '../contract/workload.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import type { StoresReport } from '../server/aws/create-stores.ts';
import { readStoresConfig } from '../server/config.ts';
import { listAllModels } from '../server/registry/list-all-models.ts';
import type { PublishStores } from '../server/registry/publish-request.ts';
import type { ModelStore } from '../server/registry/stores.ts';
import type { ModelSource } from './model-sources/model-source.ts';
import { createSyntheticSource } from './model-sources/synthetic.ts';
import { openRegistry } from './open-registry.ts';
import { describeModels, populateRegistry } from './populate/populate-registry.ts';

const wantedModels = 500;
const concurrency = 16;

/**
 * Makes the stores that the environment names, with the 500 models of a benchmark in them. A registry that has as
 * many, Tiny-LLM among them, is left as it is, wherever they come from.
 * @throws {CommandError} when models could not be published, or the signal came before the end.
 */
export async function fillRegistry(terminal: Terminal, signal: AbortSignal): Promise<StoresReport> {
  const names = readStoresConfig(process.env);
  const clients = createAwsClients();
  try {
    const { stores, report } = await openRegistry(clients, names);
    if (await isFilled(stores.models))
      terminal.say(`registry  ${wantedModels} models or more are there already`);
    else await publishMissing(stores, terminal, signal);
    return report;
  } finally {
    clients.destroy();
  }
}

async function isFilled(models: ModelStore): Promise<boolean> {
  const { model_id: modelId, version } = defaultWorkload;
  if ((await models.find(sanitizeModelId(modelId), version)) === null) return false;
  let found = 0;
  for await (const _ of listAllModels(models)) {
    found += 1;
    if (found === wantedModels) return true;
  }
  return false;
}

async function publishMissing(stores: PublishStores, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const summary = await populateRegistry({
    ...stores,
    source: knowById(createSyntheticSource()),
    count: wantedModels,
    concurrency,
    signal,
    onProgress: (progress) => terminal.show(`registry  ${describeModels(progress)}`),
  });
  const [failure] = summary.failed;
  if (failure) {
    throw new CommandError(
      `${summary.failed.length} of ${summary.total} models could not be published; the first: ${failure.modelId}: ${failure.reason}`,
    );
  }
  if (summary.interrupted) throw new CommandError('Interrupted while the registry was filled.');
  terminal.say(
    `registry  ${summary.total} models, ${summary.published} published in ${summary.durationSeconds.toFixed(1)} s`,
  );
}

/** A model that is there stays there, whatever its size: somebody published it. */
function knowById(source: ModelSource): ModelSource {
  return {
    name: source.name,
    async *list(signal) {
      for await (const model of source.list(signal)) yield { ...model, knownBy: 'id' };
    },
  };
}
