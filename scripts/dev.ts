import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CommandError, exitCodes } from '../bench/cli/exit-codes.ts';
import { Terminal } from '../bench/cli/terminal.ts';
import { ConfigurationError } from '../server/config.ts';
import { openLocalStores } from './local-stores.ts';

/**
 * `npm run dev`: the service on its usual port, restarted when a file changes, over embedded stores that keep
 * their data in `.modelrig/` and are filled at the first start. Ctrl-C stops everything.
 */
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
process.exitCode = await main(new Terminal(process.stderr), controller.signal);

async function main(terminal: Terminal, signal: AbortSignal): Promise<number> {
  try {
    const stores = await openLocalStores({ terminal, signal, dataDir: '.modelrig' });
    await serve(stores.env, signal).finally(() => stores.stop());
    return exitCodes.ok;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    const isExpected = error instanceof CommandError || error instanceof ConfigurationError;
    terminal.say(isExpected ? error.message : String((error as Error).stack));
    return error instanceof ConfigurationError ? exitCodes.usage : exitCodes.runFailed;
  }
}

/** Node's own watcher: it restarts the service on a change and waits for one when the service ends by itself. */
async function serve(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const main = fileURLToPath(new URL('../server/main.ts', import.meta.url));
  await execa(process.execPath, ['--watch', '--watch-preserve-output', main], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    detached: true,
    cancelSignal: signal,
    reject: false,
  });
}
