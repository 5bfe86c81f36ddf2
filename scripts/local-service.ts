import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { CommandError, UsageError } from '../bench/cli/exit-codes.ts';
import { ServiceClient } from '../bench/cli/service-client.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import type { LocalService } from '../bench/cli.ts';
import { ConfigurationError, readServiceConfig } from '../server/config.ts';
import { cancelActiveRun } from './cancel-active-run.ts';
import { useCustomEndpoint } from './custom-endpoint.ts';
import { openLocalStores } from './local-stores.ts';
import { isRunning, readServiceUrl, serviceArguments, serviceOptions, stopService } from './service-process.ts';

/** What a benchmark on this machine decides itself. */
const own = { HOST: '127.0.0.1', PORT: '0', COMPUTE_BACKEND: 'local', TARGET_URL: '' } as const;
const serviceStartLimitMs = 15_000;
const serviceStopLimitMs = 15_000;
/** What a service that fails to start said last. */
const keptLines = 20;

/** Stores, filled with 500 models, and a service on a free port: all of it gone with this process. */
export async function startLocalService(terminal: Terminal, signal: AbortSignal): Promise<LocalService> {
  assertConfiguration();
  const stores = await openLocalStores({ terminal, signal });
  try {
    const service = await startService(stores.env, signal);
    terminal.say(`service   ${service.url}`);
    const token = stores.env.TRIGGER_TOKEN ?? null;
    return {
      url: service.url,
      token,
      async stop() {
        if (stores.isOwn && service.isRunning())
          await cancelActiveRun(new ServiceClient(service.url, token), terminal);
        await service.stop();
        await stores.stop();
      },
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}

/** Before the registry is filled for nothing. */
function assertConfiguration(): void {
  try {
    readServiceConfig({ ...process.env, ...own });
    useCustomEndpoint(process.env);
  } catch (error) {
    throw error instanceof ConfigurationError ? new UsageError(error.message, { cause: error }) : error;
  }
}

async function startService(env: NodeJS.ProcessEnv, signal: AbortSignal) {
  const child = execa(process.execPath, serviceArguments, { ...serviceOptions, env: { ...env, ...own } });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > keptLines) said.shift();
  });
  const url = await Promise.race([
    readServiceUrl(child.stdout),
    child.then(() => null),
    once(AbortSignal.any([AbortSignal.timeout(serviceStartLimitMs), signal]), 'abort').then(() => null),
  ]);
  if (url === null) {
    child.kill('SIGKILL');
    await child;
    throw new CommandError(
      `The service did not start${said.length > 0 ? `; it said:\n${said.join('\n')}` : '.'}`,
    );
  }
  return {
    url,
    isRunning: () => isRunning(child),
    stop: () => stopService(child, serviceStopLimitMs),
  };
}
