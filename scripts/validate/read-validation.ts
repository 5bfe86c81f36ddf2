import { Argument, Command } from 'commander';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import { parseCommand } from '../parse-command.ts';
import type { Validation } from './validation.ts';
import { validations } from './validations.ts';

/**
 * Null when help was asked for and given.
 * @throws {UsageError} naming the validations that there are.
 */
export function readValidation(argv: readonly string[]): Validation | null {
  const names = validations.map(({ name }) => name);
  const command = parseCommand(describeCommand(names), argv);
  if (command === null) return null;
  const [wanted] = command.args;
  const validation = validations.find(({ name }) => name === wanted);
  if (!validation) throw new UsageError(`Say which one: npm run validate -- <${names.join(' | ')}>.`);
  return validation;
}

function describeCommand(names: readonly string[]): Command {
  const list = validations.map(({ name, claim, seconds }) => `  ${name.padEnd(6)} ${claim} (${seconds} s)`);
  return new Command('npm run validate --')
    .description(
      'Puts a claim about the load engine to the test on this machine, which should be idle otherwise.',
    )
    .addArgument(new Argument('[name]', 'which claim').choices(names))
    .addHelpText(
      'after',
      `\nClaims:\n${list.join('\n')}\n\nExit codes: 0 it holds, 1 it does not, 104 usage or a tool is missing.`,
    );
}
