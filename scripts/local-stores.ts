import { CommandError } from '../bench/cli/exit-codes.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { createArtifactStore } from '../server/aws/artifact-store.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import { ensureStores, type StoresReport } from '../server/aws/create-stores.ts';
import { createModelStore } from '../server/aws/model-store.ts';
import { readStoresConfig } from '../server/config.ts';
import { DomainError } from '../server/domain-error.ts';
import { type CustomEndpoint, useCustomEndpoint } from './custom-endpoint.ts';
import { startLocalAws } from './local-aws/start-local-aws.ts';
import { createSyntheticSource } from './model-sources/synthetic.ts';
import { populateRegistry } from './populate/populate-registry.ts';
import { reachEndpoint } from './reach-endpoint.ts';

export interface LocalStores {
  /** The environment with which a service finds these stores. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const models = 500;
const concurrency = 16;

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
  const endpoints = useCustomEndpoint(process.env);
  if (endpoints.length > 0) return openCustomStores(endpoints, terminal, signal);
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

async function openCustomStores(
  endpoints: readonly CustomEndpoint[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LocalStores> {
  for (const endpoint of endpoints) terminal.say(`stores    ${await reachEndpoint(endpoint)}`);
  try {
    const { withoutTimeToLive } = await populate(terminal, signal);
    for (const table of withoutTimeToLive) {
      terminal.say(`stores    old runs stay in ${table}: the endpoint knows no time to live`);
    }
  } catch (error) {
    if (!isOfStores(error)) throw error;
    const names = endpoints.map(({ variable, url }) => `${variable} is "${url}"`);
    const [reason] = error.message.split('\n');
    throw new CommandError(`${names.join(', ')}: ${reason}`, { cause: error });
  }
  return { env: { ...process.env }, stop: async () => {} };
}

/** What the AWS SDK throws carries one or the other, a body that it cannot read included. */
function isOfStores(error: unknown): error is Error {
  return (
    error instanceof DomainError || (error instanceof Error && ('$metadata' in error || '$response' in error))
  );
}

async function populate(terminal: Terminal, signal: AbortSignal): Promise<StoresReport> {
  const stores = readStoresConfig(process.env);
  const clients = createAwsClients();
  try {
    const report = await ensureStores(clients, stores);
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
    return report;
  } finally {
    clients.destroy();
  }
}
