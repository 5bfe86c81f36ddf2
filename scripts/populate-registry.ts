import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { findSwallowedFlags } from '../bench/cli/find-swallowed-flags.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import { ConfigurationError, readStoresConfig } from '../server/config.ts';
import { sweepUploads } from '../server/registry/sweep-uploads.ts';
import { useCustomEndpoint } from './custom-endpoint.ts';
import { describeError } from './describe-error.ts';
import { describeStores } from './describe-stores.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { openRegistry } from './open-registry.ts';
import { createSource } from './populate/create-source.ts';
import { describeSummary } from './populate/describe-summary.ts';
import { type PopulateSummary, populateRegistry } from './populate/populate-registry.ts';
import { type PopulateArguments, populateFlags, readArguments } from './populate/read-arguments.ts';
import { showProgress } from './populate/show-progress.ts';

/** `npm run populate`: fills the registry that the environment names. All output goes to stderr. */
const exitCode = await main(process.argv.slice(2));
// An upload that its store does not answer would hold up an interrupted process.
process.exit(exitCode);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const swallowed = findSwallowedFlags(process.env, 'populate', populateFlags);
    if (swallowed !== null) throw new UsageError(swallowed);
    const args = readArguments(argv);
    return args === null ? exitCodes.ok : reportSummary(await populate(args));
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof ConfigurationError;
    console.error(isUsage ? `${error.message}\nSee npm run populate -- --help.` : describeError(error));
    return isUsage ? exitCodes.usage : exitCodes.runFailed;
  }
}

async function populate({ source, seed, ...args }: PopulateArguments): Promise<PopulateSummary> {
  const display = showProgress(process.stderr);
  const models = await createSource(source, { seed, env: process.env, say: display.say });
  const names = readStoresConfig(process.env);
  const endpoints = useCustomEndpoint(process.env);
  const clients = createAwsClients();
  const interruption = listenForInterruption();
  try {
    for (const line of await describeStores(endpoints, clients, names)) display.say(line);
    const { stores } = await openRegistry(clients, names);
    await sweepUploads(stores);
    return await populateRegistry({
      ...args,
      ...stores,
      source: models,
      signal: interruption,
      onProgress: (progress) => display.update(progress),
    });
  } finally {
    display.stop();
    clients.destroy();
  }
}

function reportSummary(summary: PopulateSummary): number {
  for (const line of describeSummary(summary)) console.error(line);
  if (summary.interrupted) return exitCodes.interrupted;
  return summary.failed.length > 0 || summary.missing ? exitCodes.runFailed : exitCodes.ok;
}
