import { Command } from 'commander';
import { startLocalAws } from './local-aws/start-local-aws.ts';

/** Runs the embedded S3 and DynamoDB until a signal: prints their environment as one JSON line. */
const { dataDir } = new Command('npm run local-aws --')
  .description('Starts S3 and DynamoDB speaking servers on loopback and prints their environment as JSON.')
  .option('--data-dir <directory>', 'keep the data there instead of in memory')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 104))
  .allowExcessArguments(false)
  .parse()
  .opts<{ dataDir?: string }>();

const localAws = await startLocalAws(dataDir === undefined ? {} : { dataDir });
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
