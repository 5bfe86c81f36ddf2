import { basename, join } from 'node:path';
import type { CommandLine } from './command-line.ts';
import { exitCodes, ScriptError } from './exit-codes.ts';
import { describeScriptError } from './guard-script.ts';

const benchFolder = join(import.meta.dirname, '..');
/** Node's own, when nothing is left that could settle an await of the main module. */
const unsettledAwait = 13;

/**
 * Does the work of a command that runs the code of a scenario file. Should that code end the process meanwhile, the
 * exit code is that of a script error.
 * @throws {ScriptError} what the file throws where nobody waits for it; besides, whatever `work` throws.
 */
export async function guardProcess<Result>(
  path: string,
  { stderr, signal }: CommandLine,
  work: () => Promise<Result>,
): Promise<Result> {
  const { promise: thrown, reject } = Promise.withResolvers<never>();
  const onThrown = (error: unknown) => reject(isOurs(error, path) ? error : toScriptError(error, path));
  const onExit = (code: number) => {
    if (!signal.aborted) stderr.write(`${describeEnd(code, path)}\n`);
    process.exitCode = signal.aborted ? exitCodes.interrupted : exitCodes.scriptError;
  };
  process.on('uncaughtException', onThrown);
  process.on('exit', onExit);
  try {
    return await Promise.race([work(), thrown]);
  } finally {
    process.off('uncaughtException', onThrown);
    process.off('exit', onExit);
  }
}

/** What names a file of the harness and not the scenario's own is a fault of the harness. */
function isOurs(error: unknown, path: string): boolean {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.includes(benchFolder) && !stack.includes(path);
}

function toScriptError(error: unknown, path: string): ScriptError {
  return new ScriptError(describeScriptError(error, path), { cause: error });
}

function describeEnd(code: number, path: string): string {
  const reason =
    code === unsettledAwait
      ? 'it awaits what never comes'
      : 'it ended the process (process.exit) before the run had ended; nothing was saved';
  return `script error in ${basename(path)}: ${reason}`;
}
