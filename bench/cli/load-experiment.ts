import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { experiments, hashExperiment } from '../experiments/find-experiment.ts';
import { isExperimentPlan, WrongExperimentError } from '../lab/define-experiment.ts';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import { suggest } from '../scenario/suggest.ts';
import { ScriptError, UsageError } from './exit-codes.ts';
import { describeScriptError } from './guard-script.ts';

export interface LoadedExperiment {
  readonly plan: ExperimentPlan;
  /** The file that says it, and the SHA-256 of what is in it. */
  readonly source: string;
  readonly source_sha256: string;
}

/**
 * One of ours by name, or the default export of a file.
 * @throws {UsageError} when there is none, or its options have faults; {ScriptError} when the file cannot be run.
 */
export async function loadExperiment(nameOrPath: string): Promise<LoadedExperiment> {
  const plan = experiments.find(({ name }) => name === nameOrPath);
  if (plan) return { plan, ...(await hashExperiment(plan.name)) };
  const names = experiments.map(({ name }) => name);
  if (!/\.(ts|js|mjs)$/.test(nameOrPath)) {
    const suggestion = suggest(nameOrPath, names) || ';';
    throw new UsageError(
      `There is no experiment "${nameOrPath}"${suggestion} allowed: ${names.join(', ')}, or a .ts, .js or .mjs file with one`,
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
  const module = await importFile(resolve(path));
  if (isExperimentPlan(module.default)) return module.default;
  throw new UsageError(
    `${basename(path)} has no default export made by defineExperiment. ${describeOwnForm(resolve(path))}`,
  );
}

async function importFile(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof WrongExperimentError) {
      throw new UsageError(`${basename(path)}: ${message}`, { cause: error });
    }
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('define-experiment')) {
      throw new UsageError(`${basename(path)}: ${message}.\n${describeOwnForm(path)}`, { cause: error });
    }
    throw new ScriptError(describeScriptError(error, path), { cause: error });
  }
}

/** How an experiment is written, with the import that fits the file's place. */
function describeOwnForm(path: string): string {
  const definition = fileURLToPath(new URL('../lab/define-experiment.ts', import.meta.url));
  const specifier = relative(dirname(path), definition).replace(/^(?!\.)/, './');
  return `An experiment begins so; README has all of it:

  import { defineExperiment } from '${specifier}';

  export default defineExperiment({ name: 'my-experiment', question: 'Does it pay to …?', … });`;
}
