import { Command } from 'commander';
import { CommandError, exitCodes } from '../bench/cli/exit-codes.ts';
import { startLocalAws } from './local-aws/start-local-aws.ts';

/** Runs the embedded S3 and DynamoDB until a signal: prints their environment as one JSON line. */
const { dataDir } = new Command('npm run local-aws --')
  .description('Starts S3 and DynamoDB speaking servers on loopback and prints their environment as JSON.')
  .option('--data-dir <directory>', 'keep the data there instead of in memory')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage))
  .allowExcessArguments(false)
  .parse()
  .opts<{ dataDir?: string }>();

const localAws = await startLocalAws(dataDir === undefined ? {} : { dataDir }).catch((error: unknown) => {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exit(exitCodes.runFailed);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await localAws.stop();
    process.exit(0);
  });
}

console.log(JSON.stringify(localAws.env));

console.error((await localAws.lost).message);
await localAws.stop();
process.exit(1);
