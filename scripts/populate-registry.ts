import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { findSwallowedFlags } from '../bench/cli/find-swallowed-flags.ts';
import { createArtifactStore } from '../server/aws/artifact-store.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import { ensureStores } from '../server/aws/create-stores.ts';
import { createModelStore } from '../server/aws/model-store.ts';
import { ConfigurationError, readStoresConfig } from '../server/config.ts';
import { type PopulateSummary, populateRegistry } from './populate/populate-registry.ts';
import { type PopulateArguments, readArguments } from './populate/read-arguments.ts';
import { showProgress } from './populate/show-progress.ts';

/** `npm run populate`: fills the registry that the environment names. All output goes to stderr. */
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const swallowed = findSwallowedFlags(process.env, 'populate', [
      'performance',
      'count',
      'concurrency',
      'seed',
      'source',
      'replace',
    ]);
    if (swallowed !== null) throw new UsageError(swallowed);
    const args = readArguments(argv);
    return args === null ? exitCodes.ok : reportSummary(await populate(args));
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof ConfigurationError;
    console.error(isUsage ? `${error.message}\nSee npm run populate -- --help.` : describeError(error));
    return isUsage ? exitCodes.usage : exitCodes.runFailed;
  }
}

async function populate(args: PopulateArguments): Promise<PopulateSummary> {
  const stores = readStoresConfig(process.env);
  const clients = createAwsClients();
  const display = showProgress(process.stderr);
  const interruption = listenForInterruption();
  try {
    await ensureStores(clients, stores);
    return await populateRegistry({
      ...args,
      models: createModelStore(clients.dynamodb, stores.modelsTable),
      artifacts: createArtifactStore(clients.s3, stores.modelsBucket),
      signal: interruption,
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.stop();
    clients.destroy();
  }
}

function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

function reportSummary(summary: PopulateSummary): number {
  for (const { modelId, reason } of summary.failed) console.error(`${modelId}: ${reason}`);
  const figures = [
    `${summary.published} published`,
    ...(summary.replaced > 0 ? [`${summary.replaced} replaced`] : []),
    `${summary.alreadyThere} already there`,
    `${summary.failed.length} failed`,
  ];
  const end = summary.interrupted ? `, interrupted; the next start goes on from here` : '';
  console.error(
    `${summary.total} models: ${figures.join(', ')} in ${summary.durationSeconds.toFixed(1)} s${end}`,
  );
  if (summary.interrupted) return exitCodes.interrupted;
  return summary.failed.length > 0 ? exitCodes.runFailed : exitCodes.ok;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isAwsSetup = error.name === 'CredentialsProviderError' || /Region is missing/.test(error.message);
  if (!isAwsSetup) return error.message;
  return `${error.message}\nS3 and DynamoDB are found through the AWS SDK's own variables: AWS_REGION with credentials, or AWS_ENDPOINT_URL.`;
}
