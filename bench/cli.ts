import { Command, CommanderError } from 'commander';
import { addCommands } from './cli/add-commands.ts';
import type { CommandLine } from './cli/command-line.ts';
import { CommandError, exitCodes, ScriptError, UsageError } from './cli/exit-codes.ts';
import { findSwallowedFlags } from './cli/find-swallowed-flags.ts';

export type { LocalService, StagePlanner } from './cli/command-line.ts';

const exitCodeHelp = `
Exit codes: ${exitCodes.ok} done, ${exitCodes.runFailed} the run failed, ${exitCodes.thresholdsCrossed} thresholds crossed, ${exitCodes.usage} wrong
usage or configuration, ${exitCodes.interrupted} interrupted, ${exitCodes.scriptError} the scenario's own code threw or ended the
process, ${exitCodes.stoppedByThreshold} stopped by a threshold with abortOnFail, ${exitCodes.runInvalid} the run's figures cannot be trusted,
${exitCodes.regression} worse than the baseline.`;

/** The `npm run bench` command line. Returns the exit code; prints every error itself, in words. */
export async function main(commandLine: CommandLine): Promise<number> {
  const { stderr, signal } = commandLine;
  try {
    return await dispatch(commandLine);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nSee: npm run bench -- --help\n`);
      return exitCodes.usage;
    }
    const isTold = error instanceof CommandError || error instanceof ScriptError;
    stderr.write(`${isTold ? error.message : (error as Error).stack}\n`);
    if (signal.aborted) return exitCodes.interrupted;
    return error instanceof ScriptError ? exitCodes.scriptError : exitCodes.runFailed;
  }
}

async function dispatch(commandLine: CommandLine): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command('npm run bench --')
    .description('Start a registry of 500 models on this machine, let 100 clients download one, and report.')
    .exitOverride()
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => commandLine.stdout.write(text),
      writeErr: (text) => commandLine.stderr.write(text),
    })
    .addHelpText('after', exitCodeHelp);
  addCommands(program, commandLine, (code) => {
    exitCode = code;
  });
  const swallowed = findSwallowedFlags(commandLine.env, 'bench', listFlags(program));
  if (swallowed !== null) throw new UsageError(swallowed);
  await program.parseAsync([...commandLine.argv], { from: 'user' });
  return exitCode;
}

/** Of all commands, without dashes. */
function listFlags(program: Command): string[] {
  const options = [program, ...program.commands].flatMap((command) => command.options);
  return [...new Set(options.flatMap(({ long }) => long?.replace(/^--/, '') ?? []))];
}
