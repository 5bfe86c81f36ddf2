import { Argument, Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import { parseCommand } from '../parse-command.ts';
import type { Validation } from './validation.ts';
import { validations } from './validations.ts';

export interface WantedValidation {
  readonly validation: Validation;
  /** Absent for as many as it has by itself. */
  readonly rounds?: number;
}

const mostRounds = 100;

/**
 * Null when help was asked for and given.
 * @throws {UsageError} naming the validations that there are, or those that take rounds.
 */
export function readValidation(argv: readonly string[]): WantedValidation | null {
  const names = validations.map(({ name }) => name);
  const command = parseCommand(describeCommand(names), argv);
  if (command === null) return null;
  const [wanted] = command.args;
  const validation = validations.find(({ name }) => name === wanted);
  if (!validation) throw new UsageError(`Say which one: npm run validate -- <${names.join(' | ')}>.`);
  const { rounds } = command.opts<{ rounds?: number }>();
  if (rounds === undefined) return { validation };
  if (validation.rounds === undefined) {
    const those = validations.flatMap((one) => (one.rounds === undefined ? [] : one.name));
    throw new UsageError(`--rounds is not for ${validation.name}; it is for ${those.join(', ')}.`);
  }
  return { validation, rounds };
}

function describeCommand(names: readonly string[]): Command {
  const list = validations.map(({ name, claim, seconds }) => `  ${name.padEnd(12)} ${claim} (${seconds} s)`);
  return new Command('npm run validate --')
    .description(
      'Puts a claim about the load engine or the service to the test on this machine, which should be idle otherwise.',
    )
    .addArgument(new Argument('[name]', 'which claim').choices(names))
    .option('--rounds <n>', 'how often the speed is measured', readRounds)
    .addHelpText(
      'after',
      `\nClaims:\n${list.join('\n')}\n\nExit codes: 0 it holds, 1 it does not, 104 usage or a tool is missing, 105 interrupted.`,
    );
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= mostRounds) return rounds;
  throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${mostRounds}.`);
}
