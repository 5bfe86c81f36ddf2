import { CommandError, exitCodes } from '../bench/cli/exit-codes.ts';
import { ServiceClient } from '../bench/cli/service-client.ts';
import { Terminal } from '../bench/cli/terminal.ts';
import type { LogLevel } from '../contract/environment.ts';
import { routes } from '../contract/routes.ts';
import { ConfigurationError, readServiceConfig } from '../server/config.ts';
import { cancelActiveRun } from './cancel-active-run.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { openLocalStores } from './local-stores.ts';
import { runFirstBursts } from './run-first-bursts.ts';
import { takeNoArguments } from './take-no-arguments.ts';
import { runWatchedService } from './watched-service.ts';

const dataFolder = '.modelrig';
/** A page that is open asks every few seconds, and a burst is a line for each download: other words would be lost. */
const quietLevel: LogLevel = 'error';

takeNoArguments(
  'npm run dev',
  `The service on its usual address, restarted when a source file changes, over embedded S3 and DynamoDB that keep their data in ${dataFolder}/ and are filled with 500 models at the first start, which also makes three small bursts. The log holds errors alone unless LOG_LEVEL is set. Ctrl-C stops everything, a run under way included, unless they are at an endpoint: there it may be another service's.`,
);

const terminal = new Terminal(process.stderr);
const interruption = listenForInterruption(() =>
  terminal.say('\nStopping; downloads under way have 10 s. Once more to leave at once.'),
);
process.exitCode = await main(interruption);

async function main(signal: AbortSignal): Promise<number> {
  try {
    readServiceConfig(process.env);
    return await serve(signal);
  } catch (error) {
    const isExpected = error instanceof CommandError || error instanceof ConfigurationError;
    terminal.say(isExpected ? error.message : String((error as Error).stack));
    if (signal.aborted) return exitCodes.interrupted;
    return error instanceof ConfigurationError ? exitCodes.usage : exitCodes.runFailed;
  }
}

async function serve(signal: AbortSignal): Promise<number> {
  const stores = await openLocalStores({ terminal, signal, dataDir: dataFolder });
  try {
    let bursts = Promise.resolve();
    const level = process.env.LOG_LEVEL || quietLevel;
    terminal.say(`log       here, ${describeLog(level)}`);
    const env = { ...stores.env, LOG_LEVEL: level };
    const token = process.env.TRIGGER_TOKEN || null;
    const isUp = await runWatchedService(env, terminal, signal, {
      onUp(url) {
        terminal.say(`page      ${url}${routes.dashboard}`);
        bursts = runFirstBursts({ url, token }, terminal, signal);
      },
      async onEnd(url) {
        await bursts;
        if (stores.isOwn) await cancelActiveRun(new ServiceClient(url, token), terminal);
      },
    });
    await bursts;
    return isUp ? exitCodes.ok : exitCodes.runFailed;
  } finally {
    await stores.stop();
  }
}

function describeLog(level: string): string {
  return level === quietLevel
    ? 'errors alone; LOG_LEVEL=info has a line for each request, too'
    : `with a line for each request: LOG_LEVEL is ${level}`;
}
