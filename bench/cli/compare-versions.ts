import { isDeepStrictEqual } from 'node:util';
import type { Experiment } from '../../contract/experiment.ts';
import { compareExperiments } from '../compare/compare-experiments.ts';
import { describeDifference } from '../compare/find-differences.ts';
import { readExperiment, readSchema } from '../compare/read-experiment.ts';
import { renderExperimentComparison } from '../compare/render-experiment-comparison.ts';
import type { CommandLine } from './command-line.ts';
import { CommandError, exitCodes, UsageError } from './exit-codes.ts';
import { findDocument } from './find-report.ts';

type Pair = readonly [Experiment, Experiment];

interface VersionFlags {
  readonly force?: true;
  readonly json?: true;
  readonly out?: string;
}

/**
 * Both experiments where both places have one; null where neither has.
 * @throws {UsageError} when only one has; {CommandError} naming the file when one is damaged.
 */
export async function findExperiments(places: readonly [string, string]): Promise<Pair | null> {
  const [one, other] = [await findExperiment(places[0]), await findExperiment(places[1])];
  if (one !== null && other !== null) return [one, other];
  if (one === null && other === null) return null;
  throw new UsageError(
    `Of "${places.join('" and "')}" one is an experiment and the other a run; allowed: two of a kind`,
  );
}

async function findExperiment(place: string): Promise<Experiment | null> {
  if (/^https?:\/\//.test(place)) return null;
  const { text, path } = await findDocument(place);
  try {
    return String(readSchema(text)).startsWith('modelrig.experiment/') ? readExperiment(text) : null;
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws {UsageError} when both are of the same rounds; {CommandError} listing the fields, when environment or load differ and nothing forces the comparison. */
export function compareVersions({ stdout }: CommandLine, versions: Pair, flags: VersionFlags): number {
  if (flags.out !== undefined)
    throw new UsageError('--out goes with two runs; versions have their reports already');
  if (isDeepStrictEqual(versions[0].rounds, versions[1].rounds))
    throw new UsageError('Both have the same rounds; allowed: two versions');
  const comparison = compareExperiments(...versions);
  if (comparison.differences.length > 0 && !flags.force) {
    const fields = comparison.differences.map((difference) => `  ${describeDifference(difference)}`).join('\n');
    throw new CommandError(
      `These two do not compare; they differ in\n${fields}\nTo see them side by side all the same, give --force; the output says so.`,
    );
  }
  stdout.write(
    flags.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : `\nmodelrig  compare · experiments\n${renderExperimentComparison(comparison, versions)}\n`,
  );
  return exitCodes.ok;
}
