import { CommandError } from '../bench/cli/exit-codes.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { DomainError } from '../server/domain-error.ts';
import { type CustomEndpoint, useCustomEndpoint } from './custom-endpoint.ts';
import { foreignAnswer, isForeignAnswer } from './describe-error.ts';
import { fillRegistry } from './fill-registry.ts';
import { startLocalAws } from './local-aws/start-local-aws.ts';
import { reachEndpoint } from './reach-endpoint.ts';

export interface LocalStores {
  /** False at an endpoint, where there may be other services, and their runs. */
  readonly isOwn: boolean;
  /** The environment with which a service finds these stores. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

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
    await fillRegistry(terminal, signal);
  } catch (error) {
    await aws.stop();
    throw error;
  }
  return { isOwn: true, env: { ...process.env }, stop: () => aws.stop() };
}

async function openCustomStores(
  endpoints: readonly CustomEndpoint[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LocalStores> {
  for (const endpoint of endpoints) terminal.say(`stores    ${await reachEndpoint(endpoint)}`);
  try {
    const { withoutTimeToLive } = await fillRegistry(terminal, signal);
    for (const table of withoutTimeToLive) {
      terminal.say(`stores    old runs stay in ${table}: the endpoint knows no time to live`);
    }
  } catch (error) {
    if (!isOfStores(error)) throw error;
    const names = endpoints.map(({ variable, url }) => `${variable} is "${url}"`);
    const reason = isForeignAnswer(error) ? foreignAnswer : error.message.split('\n')[0];
    throw new CommandError(`${names.join(', ')}: ${reason}`, { cause: error });
  }
  return { isOwn: false, env: { ...process.env }, stop: async () => {} };
}

/** What the AWS SDK throws carries one or the other, a body that it cannot read included. */
function isOfStores(error: unknown): error is Error {
  return (
    error instanceof DomainError || (error instanceof Error && ('$metadata' in error || '$response' in error))
  );
}
