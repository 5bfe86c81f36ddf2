import { type Command, CommanderError } from 'commander';
import { UsageError } from '../bench/cli/exit-codes.ts';

/**
 * Parses a command line; what is wrong with it is for the caller to print. Null when help was asked for and given.
 * @throws {UsageError} for anything else that is not to be carried out.
 */
export function parseCommand(command: Command, argv: readonly string[]): Command | null {
  command
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  try {
    return command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
  }
}
