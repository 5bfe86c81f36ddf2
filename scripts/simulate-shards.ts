import { Command, InvalidArgumentError } from 'commander';
import { startLocalAws } from './local-aws/start-local-aws.ts';
import { type Simulation, simulateRun } from './simulate/simulate-run.ts';

/**
 * `npm run simulate:shards`: barrier and merge of runs with many shards, on the embedded stores, with a load that is made
 * up: what they take in time and requests, and whether that grows faster than the shards.
 */
const command = new Command('npm run simulate:shards --')
  .description(
    'Let many runners of one run meet, write their parts and merge them, with real stores and no load.',
  )
  .option('--shards <list>', 'numbers of shards, with commas between', readNumbers, [10, 100, 1_000])
  .configureOutput({ writeOut: (text) => process.stderr.write(text) })
  .parse();
const { shards: counts } = command.opts<{ shards: readonly number[] }>();
/** Requests a shard may grow by this much from the first count to the last. */
const mostGrowth = 1.5;

const aws = await startLocalAws();
Object.assign(process.env, aws.env);
const simulations: Simulation[] = [];
try {
  print(['shards', 'barrier', 'merge', 'DynamoDB', 'a shard', 'a shard and s', 'S3', 'a shard']);
  for (const shards of counts) {
    const one = await simulateRun(shards);
    simulations.push(one);
    print([
      shards,
      `${one.barrierSeconds.toFixed(2)} s`,
      `${one.mergeSeconds.toFixed(2)} s`,
      one.stepRequests + one.timedRequests,
      (one.stepRequests / shards).toFixed(2),
      (one.timedRequests / shards / one.seconds).toFixed(2),
      one.s3Requests,
      (one.s3Requests / shards).toFixed(2),
    ]);
  }
} finally {
  await aws.stop();
}
const [first] = simulations;
const last = simulations.at(-1);
const grows =
  first !== undefined &&
  last !== undefined &&
  last.stepRequests / last.shards > (mostGrowth * first.stepRequests) / first.shards;
console.log(
  grows
    ? 'The requests of a shard grow with the number of shards.'
    : 'The requests grow as the shards do, or less.',
);
process.exitCode = grows ? 1 : 0;

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(13)).join(''));
}

function readNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number >= 1 && number <= 1_000)) return numbers;
  throw new InvalidArgumentError('Allowed: whole numbers from 1 to 1000 with commas between.');
}
