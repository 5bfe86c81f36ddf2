import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../bench/cli/exit-codes.ts';
import { defaultSeed } from '../model-sources/synthetic.ts';
import { parseCommand } from '../parse-command.ts';

export interface PopulateArguments {
  readonly count: number;
  readonly concurrency: number;
  readonly source: SourceName;
  /** Of the synthetic source alone. */
  readonly seed: string;
  readonly replace: boolean;
}

export type SourceName = keyof typeof defaultConcurrency;

/** Few on the hub: it counts requests, and it serves others. */
const defaultConcurrency = { synthetic: 16, huggingface: 4 } as const;

/** For those who look for flags that npm took for itself. */
export const populateFlags = ['performance', 'count', 'concurrency', 'seed', 'source', 'replace'] as const;

/**
 * Null when help was asked for and given.
 * @throws {UsageError} for anything else that is not to be carried out.
 */
export function readArguments(argv: readonly string[]): PopulateArguments | null {
  const command = parseCommand(describeCommand(), argv);
  if (command === null) return null;
  const { performance, source, seed, concurrency, ...rest } = command.opts<{
    performance?: true;
    source: SourceName;
    seed?: string;
    count: number;
    concurrency?: number;
    replace: boolean;
  }>();
  if (!performance) throw new UsageError(explainPerformance);
  if (seed !== undefined && source !== 'synthetic') {
    throw new UsageError(`--seed is for --source synthetic; the bytes of ${source} follow from no seed`);
  }
  return {
    ...rest,
    source,
    seed: seed ?? defaultSeed,
    concurrency: concurrency ?? defaultConcurrency[source],
  };
}

const explainPerformance = `--performance is missing.
With it, this command fills the registry that the environment names for performance runs: arnir0/Tiny-LLM with
weights, 24,834,009 bytes, and 499 other models with their essential files. What is published stays as it is.`;

const explainSources = `
Sources:
  synthetic    made up here, the same bytes every time
  huggingface  Tiny-LLM with all its files and the most liked text generation models of the hub by their cards and
               configurations, without weights. HF_ENDPOINT names another hub than https://huggingface.co, HF_TOKEN
               is for models that need consent and for higher limits. A model that cannot be had gives its place to
               the next one and is named at the end.

What is published is left as it is: a synthetic model and Tiny-LLM when it has the size that it would have, a model
of the hub when there is one by its id. So a start after an interruption goes on where the last one ended.
Exit codes: 0, 1 when a model is missing, 104 usage, 105 interrupted.`;

function describeCommand(): Command {
  return new Command('npm run populate --')
    .description('Publishes the models of a performance run: Tiny-LLM and 499 others.')
    .option('--performance', 'fill the registry for performance runs; required')
    .option('--count <models>', 'how many models, Tiny-LLM included', readCount, 500)
    .option(
      '--concurrency <models>',
      `how many at once, 1 to 64 (default: ${defaultConcurrency.synthetic}, from huggingface ${defaultConcurrency.huggingface})`,
      readConcurrency,
    )
    .option('--seed <text>', `what the bytes of synthetic models follow from (default: "${defaultSeed}")`)
    .addOption(
      new Option('--source <name>', 'where the models come from')
        .choices(Object.keys(defaultConcurrency))
        .default('synthetic'),
    )
    .option(
      '--replace',
      'compare all bytes, and replace the models whose bytes differ (needed for another seed, and for what the hub has committed since)',
      false,
    )
    .addHelpText('after', explainSources);
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
