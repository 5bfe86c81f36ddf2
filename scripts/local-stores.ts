import { CommandError } from '../bench/cli/exit-codes.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { createArtifactStore } from '../server/aws/artifact-store.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import { ensureStores } from '../server/aws/create-stores.ts';
import { createModelStore } from '../server/aws/model-store.ts';
import { readStoresConfig } from '../server/config.ts';
import { DomainError } from '../server/domain-error.ts';
import { startLocalAws } from './local-aws/start-local-aws.ts';
import { createSyntheticSource } from './model-sources/synthetic.ts';
import { populateRegistry } from './populate/populate-registry.ts';

export interface LocalStores {
  /** The environment with which a service finds these stores. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const models = 500;
const concurrency = 16;
const endpointVariables = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_DYNAMODB'];

/**
 * The stores that the environment names by an endpoint, else embedded ones (in memory, or kept in `dataDir`), with
 * buckets, tables and 500 models in them. This process' environment leads there afterwards, too.
 */
export async function openLocalStores(options: {
  terminal: Terminal;
  signal: AbortSignal;
  dataDir?: string;
}): Promise<LocalStores> {
  const { terminal, signal, dataDir } = options;
  const given = endpointVariables.find((name) => process.env[name]);
  if (given) {
    terminal.say(`stores    ${process.env[given]} (${given})`);
    fillInForCustomEndpoint();
    await populate(terminal, signal).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      throw new CommandError(`${given} is "${process.env[given]}": ${error.message}`, { cause: error });
    });
    return { env: { ...process.env }, stop: async () => {} };
  }
  const aws = await startLocalAws(dataDir === undefined ? {} : { dataDir });
  terminal.say(`stores    embedded S3 and DynamoDB${dataDir === undefined ? '' : `, kept in ${dataDir}`}`);
  Object.assign(process.env, aws.env);
  try {
    await populate(terminal, signal);
  } catch (error) {
    await aws.stop();
    throw error;
  }
  return { env: { ...process.env }, stop: () => aws.stop() };
}

/** Emulators want a region and credentials, but not particular ones. */
function fillInForCustomEndpoint(): void {
  process.env.AWS_REGION ||= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ||= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ||= 'test';
}

async function populate(terminal: Terminal, signal: AbortSignal): Promise<void> {
  const stores = readStoresConfig(process.env);
  const clients = createAwsClients();
  try {
    await ensureStores(clients, stores);
    const summary = await populateRegistry({
      models: createModelStore(clients.dynamodb, stores.modelsTable),
      artifacts: createArtifactStore(clients.s3, stores.modelsBucket),
      source: createSyntheticSource(),
      count: models,
      concurrency,
      signal,
      onProgress: ({ done, total }) => terminal.show(`registry  ${done} of ${total} models`),
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
  } finally {
    clients.destroy();
  }
}
