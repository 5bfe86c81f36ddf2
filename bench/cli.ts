import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CommandError, exitCodes, UsageError } from './cli/exit-codes.ts';
import { findSwallowedFlags } from './cli/find-swallowed-flags.ts';
import { parseWorkload } from './cli/parse-workload.ts';
import { type Output, runAndReport } from './cli/run-and-report.ts';
import { ensureWritable } from './cli/save-documents.ts';
import { ServiceClient } from './cli/service-client.ts';
import { Terminal } from './cli/terminal.ts';
import { type WorkloadFlags, workloadFlags } from './cli/workload-flags.ts';

/** A whole registry on this machine, made for one benchmark. */
export interface LocalService {
  readonly url: string;
  readonly token: string | null;
  stop(): Promise<void>;
}

export interface CommandLine {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Fires on Ctrl-C: the run is cancelled and everything that was started is stopped. */
  readonly signal: AbortSignal;
  /** Starts stores and service for the bare form. */
  startLocalService(terminal: Terminal, signal: AbortSignal): Promise<LocalService>;
}

const exitCodeHelp = `
Exit codes: ${exitCodes.ok} done, ${exitCodes.runFailed} the run failed, ${exitCodes.thresholdsCrossed} thresholds crossed, ${exitCodes.usage} wrong usage,
${exitCodes.interrupted} interrupted, ${exitCodes.runInvalid} the run's figures cannot be trusted.`;

/** The `npm run bench` command line. Returns the exit code; prints every error itself, in words. */
export async function main(commandLine: CommandLine): Promise<number> {
  const { stderr } = commandLine;
  try {
    return await dispatch(commandLine);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nSee: npm run bench -- --help\n`);
      return exitCodes.usage;
    }
    stderr.write(`${error instanceof CommandError ? error.message : (error as Error).stack}\n`);
    return commandLine.signal.aborted ? exitCodes.interrupted : exitCodes.runFailed;
  }
}

async function dispatch(commandLine: CommandLine): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command('npm run bench --')
    .description('Start a registry of 500 models on this machine, let 100 clients download one, and report.')
    .exitOverride()
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => commandLine.stdout.write(text),
      writeErr: (text) => commandLine.stderr.write(text),
    })
    .addHelpText('after', exitCodeHelp);
  addWorkloadOptions(program).action(async (flags: WorkloadFlags & { json?: true }) => {
    exitCode = await benchLocally(commandLine, flags);
  });
  const trigger = program
    .command('trigger')
    .description('Trigger a run of a service that is already running, and report.')
    .requiredOption('--url <url>', 'the service, such as http://127.0.0.1:8080; TRIGGER_TOKEN is sent if set');
  addWorkloadOptions(trigger).action(async (_, command: Command) => {
    exitCode = await benchService(commandLine, command.optsWithGlobals());
  });

  const flagNames = [...workloadFlags.map(({ name }) => name), 'json', 'url'];
  const swallowed = findSwallowedFlags(commandLine.env, 'bench', flagNames);
  if (swallowed !== null) throw new UsageError(swallowed);
  await program.parseAsync([...commandLine.argv], { from: 'user' });
  return exitCode;
}

function addWorkloadOptions(command: Command): Command {
  for (const { name, value, help } of workloadFlags) command.option(`--${name} ${value}`, help);
  return command.option('--json', 'print the results document on stdout and nothing else there');
}

async function benchLocally(commandLine: CommandLine, flags: WorkloadFlags & { json?: true }): Promise<number> {
  const workload = parseWorkload(flags);
  const output = await prepareOutput(commandLine, flags);
  const service = await commandLine.startLocalService(output.terminal, commandLine.signal);
  try {
    const client = new ServiceClient(service.url, service.token);
    return await runAndReport(client, workload, output, commandLine.signal);
  } finally {
    await service.stop();
  }
}

async function benchService(
  commandLine: CommandLine,
  flags: WorkloadFlags & { json?: true; url: string },
): Promise<number> {
  const workload = parseWorkload(flags);
  const url = URL.parse(flags.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`--url is "${flags.url}"; allowed: an http:// or https:// URL`);
  }
  const output = await prepareOutput(commandLine, flags);
  const client = new ServiceClient(url.href, commandLine.env.TRIGGER_TOKEN || null);
  return await runAndReport(client, workload, output, commandLine.signal);
}

async function prepareOutput(commandLine: CommandLine, flags: { json?: true }): Promise<Output> {
  const { stdout, stderr, env } = commandLine;
  const reportsFolder = join('reports', 'drafts');
  await ensureWritable(reportsFolder);
  return {
    stdout,
    terminal: new Terminal(stderr),
    color: stdout.isTTY === true && !env.NO_COLOR,
    json: flags.json ?? false,
    reportsFolder,
  };
}
