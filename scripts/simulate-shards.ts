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
  .option('--shards <list>', 'numbers of shards, with commas between', readNumbers, [10, 100, 300, 1_000])
  .configureOutput({ writeOut: (text) => process.stderr.write(text) })
  .parse();
const { shards: counts } = command.opts<{ shards: readonly number[] }>();
/** Requests and seconds of a shard may grow by this much from the first count to the last. */
const mostGrowth = 1.5;

const aws = await startLocalAws();
Object.assign(process.env, aws.env);
const simulations: Simulation[] = [];
try {
  print(['', '', 'barrier', 'DynamoDB', '', 'merge', 'DynamoDB', '', 'S3', '', 'beats and']);
  print(['shards', 'launch', '', 'writes', 'a shard', '', 'writes', 'a shard', '', 'a shard', 'looks']);
  for (const shards of counts) {
    const one = await simulateRun(shards);
    simulations.push(one);
    const { barrier, merge } = one;
    const eachShard = (count: number) => (count / shards).toFixed(2);
    print([
      shards,
      formatSeconds(one.launchSeconds),
      formatSeconds(barrier.seconds),
      barrier.steps,
      eachShard(barrier.steps),
      formatSeconds(merge.seconds),
      merge.steps,
      eachShard(merge.steps),
      merge.s3,
      eachShard(merge.s3),
      `${one.timedPerSecond.toFixed(0)}/s`,
    ]);
  }
} finally {
  await aws.stop();
}
const growing = findGrowing(simulations);
console.log(
  growing.length > 0
    ? `What a shard takes grows with the number of shards: ${growing.join(', ')}.`
    : 'Time and requests of barrier and merge grow as the shards do, or less.',
);
process.exitCode = growing.length > 0 ? 1 : 0;

/** What a shard of the last simulation takes more of than one of the first. */
function findGrowing([first, ...others]: readonly Simulation[]): string[] {
  const last = others.at(-1);
  if (first === undefined || last === undefined) return [];
  const amounts = {
    'seconds of the barrier': ({ barrier }: Simulation) => barrier.seconds,
    'requests of the barrier': ({ barrier }: Simulation) => barrier.steps,
    'seconds of the merge': ({ merge }: Simulation) => merge.seconds,
    'requests of the merge': ({ merge }: Simulation) => merge.steps + merge.s3,
  };
  return Object.entries(amounts).flatMap(([name, read]) =>
    read(last) / last.shards > (mostGrowth * read(first)) / first.shards ? [name] : [],
  );
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function print(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padStart(10)).join(''));
}

function readNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number >= 1 && number <= 1_000)) return numbers;
  throw new InvalidArgumentError('Allowed: whole numbers from 1 to 1000 with commas between.');
}
