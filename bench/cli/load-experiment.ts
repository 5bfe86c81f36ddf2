import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { experiments, hashExperiment } from '../experiments/find-experiment.ts';
import { isExperimentPlan } from '../lab/define-experiment.ts';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import { ScriptError, UsageError } from './exit-codes.ts';

export interface LoadedExperiment {
  readonly plan: ExperimentPlan;
  /** The file that says it, and the SHA-256 of what is in it. */
  readonly source: string;
  readonly source_sha256: string;
}

/**
 * One of ours by name, or the default export of a file.
 * @throws {UsageError} when there is none; {ScriptError} when the file cannot be run or its options have faults.
 */
export async function loadExperiment(nameOrPath: string): Promise<LoadedExperiment> {
  const plan = experiments.find(({ name }) => name === nameOrPath);
  if (plan) return { plan, ...(await hashExperiment(plan.name)) };
  const names = experiments.map(({ name }) => name).join(', ');
  if (!/\.(ts|js|mjs)$/.test(nameOrPath)) {
    throw new UsageError(
      `There is no experiment "${nameOrPath}"; allowed: ${names}, or a .ts, .js or .mjs file with one`,
    );
  }
  const text = await readFile(nameOrPath).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${nameOrPath} cannot be read (${error.code})`, { cause: error });
  });
  return {
    plan: await importPlan(nameOrPath),
    source: basename(nameOrPath),
    source_sha256: createHash('sha256').update(text).digest('hex'),
  };
}

async function importPlan(path: string): Promise<ExperimentPlan> {
  const module = await import(pathToFileURL(resolve(path)).href).catch((error: Error) => {
    throw new ScriptError(`${path}: ${error.message}`, { cause: error });
  });
  const plan = (module as { default?: unknown }).default;
  if (isExperimentPlan(plan)) return plan;
  throw new ScriptError(`${path} has no default export made by defineExperiment.`);
}
