import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { findSwallowedFlags } from '../bench/cli/find-swallowed-flags.ts';
import { Terminal } from '../bench/cli/terminal.ts';
import { createAwsClients } from '../server/aws/clients.ts';
import { ConfigurationError, readStoresConfig } from '../server/config.ts';
import { DomainError } from '../server/domain-error.ts';
import { showVersion } from '../server/http/show-version.ts';
import { publishModel } from '../server/registry/publish-model.ts';
import type { Publication } from '../server/registry/publish-request.ts';
import { stopWhen } from '../server/registry/stop-when.ts';
import { sweepUploads } from '../server/registry/sweep-uploads.ts';
import { useCustomEndpoint } from './custom-endpoint.ts';
import { describeError } from './describe-error.ts';
import { describeStores } from './describe-stores.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { openRegistry } from './open-registry.ts';
import { openSource } from './publish/open-source.ts';
import { type PublishArguments, publishFlags, readArguments } from './publish/read-arguments.ts';
import { watchContent } from './publish/watch-content.ts';

/** `npm run publish`: one model, straight to the stores that the environment names. */
const terminal = new Terminal(process.stderr);
const interruption = listenForInterruption();
const exitCode = await main(process.argv.slice(2));
// A store that does not answer would hold up an interrupted process.
process.exit(exitCode);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const swallowed = findSwallowedFlags(process.env, 'publish', publishFlags);
    if (swallowed !== null) throw new UsageError(swallowed);
    const args = readArguments(argv);
    if (args === null) return exitCodes.ok;
    report(await publish(args), args);
    return exitCodes.ok;
  } catch (error) {
    terminal.close();
    if (interruption.aborted) {
      terminal.say('Interrupted; nothing was published.');
      return exitCodes.interrupted;
    }
    if (!isUsage(error)) {
      terminal.say(describeError(error));
      return exitCodes.runFailed;
    }
    terminal.say(`${(error as Error).message}\nSee npm run publish -- --help.`);
    return exitCodes.usage;
  }
}

async function publish({ path, modelId, version, replace }: PublishArguments): Promise<Publication> {
  const names = readStoresConfig(process.env);
  const endpoints = useCustomEndpoint(process.env);
  const source = await openSource(path);
  terminal.say(`publish   ${source.description}`);
  const clients = createAwsClients();
  try {
    for (const line of await describeStores(endpoints, clients, names)) terminal.say(line);
    const { stores } = await openRegistry(clients, names);
    await sweepUploads(stores);
    const { sizeBytes } = source;
    const content = watchContent(stopWhen(interruption, source.open()), { sizeBytes, terminal });
    return await publishModel(stores, { modelId, version, content, replace });
  } finally {
    clients.destroy();
  }
}

function report({ outcome, record }: Publication, { json }: PublishArguments): void {
  terminal.close();
  const version = showVersion(record);
  const lines = json
    ? JSON.stringify({ outcome, ...version }, null, 2)
    : [
        `${outcome.padEnd(11)}${record.modelId}@${record.version}`,
        `size       ${record.sizeBytes.toLocaleString('en-US')} bytes`,
        `digest     ${record.digest}`,
        `download   ${version.download}`,
      ].join('\n');
  process.stdout.write(`${lines}\n`);
}

function isUsage(error: unknown): boolean {
  if (error instanceof UsageError || error instanceof ConfigurationError) return true;
  return error instanceof DomainError && ['invalid_archive', 'invalid_parameter'].includes(error.code);
}
