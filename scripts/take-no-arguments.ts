import { Command } from 'commander';
import { exitCodes } from '../bench/cli/exit-codes.ts';

/** Gives help where it is asked for and refuses all else on the command line; both end the process. */
export function takeNoArguments(name: string, description: string): void {
  new Command(name)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage))
    .parse();
}
