import { basename, join } from 'node:path';
import type { CommandLine } from './command-line.ts';
import { exitCodes, ScriptError } from './exit-codes.ts';
import { describeScriptError } from './guard-script.ts';

const benchFolder = join(import.meta.dirname, '..');

/**
 * Does the work of a command that runs the code of a scenario file. Should that code end the process meanwhile, the
 * exit code is that of a script error.
 * @throws {ScriptError} what the file throws where nobody waits for it, or that it awaits what nothing can bring any
 * more; besides, whatever `work` throws.
 */
export async function guardProcess<Result>(
  path: string,
  { stderr, signal }: CommandLine,
  work: () => Promise<Result>,
): Promise<Result> {
  const subject = `script error in ${basename(path)}: it`;
  const { promise: thrown, reject } = Promise.withResolvers<never>();
  const onThrown = (error: unknown) => reject(isOurs(error, path) ? error : toScriptError(error, path));
  const onIdle = () => reject(new ScriptError(`${subject} awaits what never comes`));
  const onExit = () => {
    if (!signal.aborted) stderr.write(`${subject} ended the process, by process.exit; nothing was saved\n`);
    process.exitCode = signal.aborted ? exitCodes.interrupted : exitCodes.scriptError;
  };
  process.on('uncaughtException', onThrown);
  process.on('beforeExit', onIdle);
  process.on('exit', onExit);
  try {
    return await Promise.race([work(), thrown]);
  } finally {
    process.off('uncaughtException', onThrown);
    process.off('beforeExit', onIdle);
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
