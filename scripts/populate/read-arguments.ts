import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import type { ModelSource } from '../model-sources/model-source.ts';
import { createSyntheticSource, defaultSeed } from '../model-sources/synthetic.ts';

export interface PopulateArguments {
  readonly count: number;
  readonly concurrency: number;
  readonly source: ModelSource;
  readonly replace: boolean;
}

/** Every source by its name; another one is a new file and a line. */
const sources: Readonly<Record<string, (seed: string) => ModelSource>> = { synthetic: createSyntheticSource };

/**
 * Null when help was asked for and given.
 * @throws {UsageError} for anything else that is not to be carried out.
 */
export function readArguments(argv: readonly string[]): PopulateArguments | null {
  const command = describeCommand();
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
  }
  const { performance, source, seed, ...numbers } = command.opts<{
    performance?: true;
    source: string;
    seed: string;
    count: number;
    concurrency: number;
    replace: boolean;
  }>();
  if (!performance) throw new UsageError(explainPerformance);
  const models = sources[source]?.(seed);
  if (!models) throw new UsageError(`--source is "${source}"`);
  if (numbers.count > models.available) {
    throw new UsageError(`--count is ${numbers.count}; the source ${source} has ${models.available} models`);
  }
  return { ...numbers, source: models };
}

const explainPerformance = `--performance is missing.
With it, this command fills the registry that the environment names for performance runs: arnir0/Tiny-LLM with
weights, 24,834,009 bytes, and 499 other models with their essential files. What is published stays as it is.`;

function describeCommand(): Command {
  return new Command('npm run populate --')
    .description('Publishes the models of a performance run: Tiny-LLM and 499 others.')
    .option('--performance', 'fill the registry for performance runs; required')
    .option('--count <models>', 'how many models, Tiny-LLM included', readCount, 500)
    .option('--concurrency <uploads>', 'how many at once, 1 to 64', readConcurrency, 16)
    .option('--seed <text>', 'what the bytes of synthetic models follow from', defaultSeed)
    .addOption(
      new Option('--source <name>', 'where the models come from')
        .choices(Object.keys(sources))
        .default('synthetic'),
    )
    .option(
      '--replace',
      'compare all bytes, and replace the models whose bytes differ (needed for another seed)',
      false,
    )
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride();
}

function readCount(text: string): number {
  return readInteger(text, 1, 10_000);
}

function readConcurrency(text: string): number {
  return readInteger(text, 1, 64);
}

function readInteger(text: string, min: number, max: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
}
