import { Command } from 'commander';
import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { describeError } from './describe-error.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { describeResults } from './mutate/describe-results.ts';
import { describeStale, findStaleGuards } from './mutate/find-stale-guards.ts';
import { readGuards } from './mutate/read-guards.ts';
import { type GuardResult, isKilled, tryGuards } from './mutate/try-guards.ts';
import { parseCommand } from './parse-command.ts';

/**
 * `npm run mutate`: takes away one guard of the code after the other, in a scratch copy of the working tree, and
 * shows that the test which is named for it fails then. The table goes to stdout, all else to stderr.
 */
const exitCode = await main(process.argv.slice(2));
process.exit(exitCode);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(describeCommand(), argv);
    return command === null ? exitCodes.ok : await mutate(command.args);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\nSee npm run mutate -- --help.` : describeError(error));
    return isUsage ? exitCodes.usage : exitCodes.runFailed;
  }
}

function describeCommand(): Command {
  return new Command('npm run mutate --')
    .description(
      'Show that the named test fails when its guard is gone, for each patch in scripts/mutate/guards.',
    )
    .argument('[patterns...]', 'parts of patch names or test files; all guards when none is given')
    .configureOutput({ writeOut: (text) => process.stderr.write(text) });
}

async function mutate(patterns: readonly string[]): Promise<number> {
  const guards = await readGuards(patterns);
  const stale = await findStaleGuards(guards);
  for (const { guard, faults } of stale) console.error(describeStale(guard, faults));
  const fresh = guards.filter((guard) => !stale.some((one) => one.guard === guard));

  const interruption = listenForInterruption();
  const print = (line: string) => console.error(line);
  const results = await tryGuards(fresh, print, interruption);
  if (interruption.aborted) return exitCodes.interrupted;
  console.log(describeResults(results, stale.length));
  const isFine = (result: GuardResult) => isKilled(result) || result.fate === 'skipped';
  return stale.length === 0 && results.every(isFine) ? exitCodes.ok : exitCodes.runFailed;
}
