import type { Command } from 'commander';
import { UsageError } from './exit-codes.ts';

/** They belong to the bare form, and would be ignored. */
export function refuseFlagsBefore(command: string, program: Command): void {
  const given = program.options.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  const flags = given.map(({ long }) => long).join(' ');
  throw new UsageError(`${flags} stands before "${command}"; flags of a command stand after it`);
}
