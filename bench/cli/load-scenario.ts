import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isScenario, WrongScenarioError } from '../scenario/define-scenario.ts';
import { listFaults } from '../scenario/list-faults.ts';
import type { Scenario } from '../scenario.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { hashScenario } from '../scenarios/hash-scenario.ts';
import { findThresholdFaults } from '../thresholds/parse-threshold.ts';
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
  if (importsK6.test(source.toString())) {
    throw new UsageError(`${basename(path)} is a k6 script: it imports k6. ${describeOwnForm(path)}`);
  }
  const scenario = findExport(path, await importFile(path));
  const faults = findThresholdFaults(scenario.thresholds);
  if (faults.length > 0) throw new UsageError(listFaults(basename(path), faults));
  return { scenario: guardScript(scenario, path), sha256: createHash('sha256').update(source).digest('hex') };
}

const importsK6 = /(\bfrom|\bimport|\brequire\()\s*['"]k6(\/|['"])/;

/** How a scenario is written, with the import that fits the file's place. */
function describeOwnForm(path: string): string {
  const definition = fileURLToPath(new URL('../scenario/define-scenario.ts', import.meta.url));
  const specifier = relative(dirname(path), definition).replace(/^(?!\.)/, './');
  return `A scenario here describes one request instead of code that makes some:

  import { defineScenario } from '${specifier}';

  export default defineScenario({
    name: 'my-scenario', executor: 'constant-vus', vus: 10, duration: '30s',
    request: { path: '/' },
    thresholds: ['success_rate == 100'],
  });`;
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
      const faults = [...error.faults, ...findThresholdFaults(error.thresholds)];
      throw new UsageError(`${basename(path)}: ${listFaults(error.subject, faults)}`, { cause: error });
    }
    if (isWithoutDefinition(error)) {
      throw new UsageError(`${basename(path)}: ${(error as Error).message}.\n${describeOwnForm(path)}`, {
        cause: error,
      });
    }
    throw new ScriptError(describeScriptError(error, path), { cause: error });
  }
}

/** Its import leads to where the scenario was laid first, or to where its writer took the folder of the harness to be. */
function isWithoutDefinition(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes('define-scenario');
}

function findExport(path: string, exported: Readonly<Record<string, unknown>>): Scenario {
  const candidates = 'default' in exported ? [exported.default] : Object.values(exported).filter(isScenario);
  const [only] = candidates;
  if (candidates.length === 1 && isScenario(only)) return only;
  throw new UsageError(`${basename(path)} ${describeExports(exported)}. ${describeOwnForm(path)}`);
}

function describeExports(exported: Readonly<Record<string, unknown>>): string {
  if ('options' in exported || typeof exported.default === 'function') {
    return 'is written for k6: it exports `options` or a function';
  }
  if ('default' in exported) return 'exports something else than what `defineScenario` returns';
  const names = Object.keys(exported).join(', ') || 'nothing';
  return `exports ${names}; allowed: one scenario`;
}
