import { Command, InvalidArgumentError } from 'commander';
import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { Terminal } from '../bench/cli/terminal.ts';
import { describeError } from './describe-error.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { parseCommand } from './parse-command.ts';
import { judgeSoak } from './soak/judge-soak.ts';
import { renderSoak } from './soak/render-soak.ts';
import { runSoak } from './soak/run-soak.ts';

/**
 * `npm run soak`: the real service under a mixed load and random faults, held against what must always be true. The table
 * goes to stdout, all else to stderr. Exits 0 when all holds, 1 when something does not, 104 on wrong usage, 105 when
 * interrupted, which judges nothing.
 */
const terminal = new Terminal(process.stderr);
const exitCode = await main(process.argv.slice(2));
process.exit(exitCode);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(describeCommand(), argv);
    return command === null ? exitCodes.ok : await soak(command.opts<SoakFlags>());
  } catch (error) {
    const isUsage = error instanceof UsageError;
    terminal.warn(isUsage ? `${error.message}\nSee npm run soak -- --help.` : describeError(error));
    return isUsage ? exitCodes.usage : exitCodes.runFailed;
  }
}

interface SoakFlags {
  readonly minutes: number;
  readonly seed?: number;
}

function describeCommand(): Command {
  return new Command('npm run soak --')
    .description(
      'Load the service with downloads, publications and benchmark runs while its stores fail at random, it and its runners are killed, and hold every answer against what was published. Memory is judged where it was watched for eight minutes and more, as in soaks of seventeen. Exit codes: 0 all holds, 1 something does not, 104 wrong usage, 105 interrupted.',
    )
    .option(
      '--minutes <n>',
      'how long faults strike, 0.2 to 1440; the look afterwards takes up to some minutes more',
      readMinutes,
      30,
    )
    .option('--seed <n>', 'repeats the faults of an earlier soak, which printed it; 0 to 4294967295', readSeed)
    .configureOutput({ writeOut: (text) => process.stderr.write(text) });
}

async function soak({ minutes, seed = Math.floor(Math.random() * 2 ** 32) }: SoakFlags): Promise<number> {
  terminal.say(`soak      ${minutes} min of faults; --seed ${seed} repeats them`);
  const interruption = listenForInterruption(() => terminal.say('\nStopping. Once more to leave at once.'));
  const record = await runSoak({
    minutes,
    seed,
    interruption,
    onProgress: (text) => terminal.show(`soak      ${text}`),
  });
  terminal.close();
  if (record === null) {
    terminal.say('soak      interrupted: nothing is judged');
    return exitCodes.interrupted;
  }
  const checks = judgeSoak(record);
  process.stdout.write(`${renderSoak(checks, record.strikes)}\n`);
  return checks.some(({ holds }) => holds === false) ? exitCodes.runFailed : exitCodes.ok;
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (/^\d{1,4}(\.\d+)?$/.test(text) && minutes >= 0.2 && minutes <= 1_440) return minutes;
  throw new InvalidArgumentError('Allowed: a number from 0.2 to 1440.');
}

function readSeed(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new InvalidArgumentError('Allowed: a whole number from 0 to 4294967295.');
}
