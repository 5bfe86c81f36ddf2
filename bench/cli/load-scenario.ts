import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isScenario, WrongScenarioError } from '../scenario/define-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { hashScenario } from '../scenarios/hash-scenario.ts';
import { parseThresholds } from '../thresholds/parse-threshold.ts';
import { ScriptError, UsageError } from './exit-codes.ts';
import { describeScriptError, guardScript } from './guard-script.ts';

const fileTypes = ['.ts', '.js', '.mjs'];

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Of its source file, hexadecimal. */
  readonly sha256: string;
}

/**
 * A scenario of the harness by its name, or the one that a file exports. What its code throws later is a ScriptError.
 * @throws {UsageError} when there is none, or its options are wrong; {ScriptError} when its file throws on import.
 */
export async function loadScenario(nameOrPath: string): Promise<LoadedScenario> {
  if (isScenarioFile(nameOrPath)) return loadFile(resolve(nameOrPath));
  try {
    const scenario = findScenario(nameOrPath);
    return { scenario, sha256: await hashScenario(scenario.name) };
  } catch (error) {
    throw new UsageError(`${(error as Error).message} Or the path of a ${fileTypes.join(', ')} file.`, {
      cause: error,
    });
  }
}

/** Whether it is the path of a file, whose code is not the harness's own. */
export function isScenarioFile(nameOrPath: string): boolean {
  return fileTypes.includes(extname(nameOrPath));
}

async function loadFile(path: string): Promise<LoadedScenario> {
  const source = await readSource(path);
  const scenario = findExport(path, await importFile(path));
  try {
    parseThresholds(scenario.thresholds);
  } catch (error) {
    throw new UsageError(`${basename(path)}: ${(error as Error).message}`, { cause: error });
  }
  return { scenario: guardScript(scenario, path), sha256: createHash('sha256').update(source).digest('hex') };
}

async function readSource(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`The scenario ${path} cannot be read (${code}).`, { cause: error });
  }
}

async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof WrongScenarioError) {
      throw new UsageError(`${basename(path)}: ${error.message}`, { cause: error });
    }
    throw new ScriptError(describeScriptError(error, path), { cause: error });
  }
}

function findExport(path: string, exported: Readonly<Record<string, unknown>>): Scenario {
  const candidates = 'default' in exported ? [exported.default] : Object.values(exported).filter(isScenario);
  const [only] = candidates;
  if (candidates.length === 1 && isScenario(only)) return only;
  const found = Object.keys(exported).join(', ') || 'nothing';
  throw new UsageError(
    `${basename(path)} exports ${found}; allowed: one scenario, as in export default defineScenario({ ... }).`,
  );
}
