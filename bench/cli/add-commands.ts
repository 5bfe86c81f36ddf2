import { type Command, Option } from 'commander';
import { defaultWorkload } from '../../contract/workload.ts';
import { suggest } from '../scenario/suggest.ts';
import { scenarios } from '../scenarios/find-scenario.ts';
import { addExperimentCommands } from './add-experiment-commands.ts';
import { type CalibrateFlags, calibrate, defaultCalibration } from './calibrate-command.ts';
import type { LoadFlags } from './choose-load.ts';
import type { CommandLine } from './command-line.ts';
import { UsageError } from './exit-codes.ts';
import { addOutputOptions, type OutputFlags } from './output.ts';
import { refuseFlagsBefore } from './refuse-flags-before.ts';
import { runBench } from './run-command.ts';
import { showReports } from './show-command.ts';
import { addWorkloadOptions, benchLocally, benchService, type LocalFlags } from './trigger-command.ts';
import type { WorkloadFlags } from './workload-flags.ts';

/** What can be typed, with flags and help; each command hands its exit code on. */
export function addCommands(
  program: Command,
  commandLine: CommandLine,
  finish: (exitCode: number) => void,
): void {
  addWorkloadOptions(program)
    .option('--open', "keep the service after the run until Ctrl-C, to look at the run's page")
    .action(async (flags: WorkloadFlags & OutputFlags & LocalFlags) => {
      refuseUnknownCommand(program);
      finish(await benchLocally(commandLine, flags));
    });

  const trigger = program
    .command('trigger')
    .description('Trigger a run of a service that is already running, and report.')
    .requiredOption('--url <url>', 'the service, such as http://127.0.0.1:8080; TRIGGER_TOKEN is sent if set');
  addWorkloadOptions(trigger).action(async (_, command: Command) => {
    finish(await benchService(commandLine, command.optsWithGlobals()));
  });

  const run = program
    .command('run')
    .argument('<scenario>', `${scenarios.map(({ name }) => name).join(', ')}, or a .ts, .js or .mjs file`)
    .description(
      'Drive a scenario straight at a service, without its trigger, and report what the clients saw.',
    )
    .requiredOption('--target <url>', 'the service, such as http://127.0.0.1:8080')
    .option('--vus <n>', "virtual users, instead of the scenario's")
    .option('--iterations <n>', "iterations, instead of the scenario's")
    .option(
      '--duration <time>',
      'how long the load lasts, such as 30s or 1m30s; iterations at the longest, stages end early at it',
    )
    .option('--model <id>', `the model to download (default: ${defaultWorkload.model_id})`)
    .option('--version <name>', `its version (default: ${defaultWorkload.version})`)
    .addOption(new Option('--runners [n]').hideHelp());
  addOutputOptions(run)
    .addHelpText('after', runHelp)
    .action(async (scenario: string, flags: LoadFlags & OutputFlags & { runners?: unknown }) => {
      refuseFlagsBefore('run', program);
      if (flags.runners !== undefined) throw new UsageError(runnersNeedStores);
      finish(await runBench(commandLine, scenario, flags));
    });

  program
    .command('show')
    .argument('<reports...>', 'report.json files, folders with one, or ids of runs in reports/drafts')
    .description('Print the summary of a report again; of several, their figures and their merged percentiles.')
    .action(async (places: string[]) => {
      refuseFlagsBefore('show', program);
      finish(await showReports(commandLine, places));
    });

  addExperimentCommands(program, commandLine, finish);

  program
    .command('calibrate')
    .description("Measure this machine's ceiling: what load generator and a null server do together, twice.")
    .option('--vus <n>', 'virtual users', defaultCalibration.vus)
    .option('--bytes <n>', 'size of each body', defaultCalibration.bytes)
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .action(async (flags: CalibrateFlags) => {
      refuseFlagsBefore('calibrate', program);
      finish(await calibrate(commandLine, flags));
    });

  // Only now, for commands take this over when they are added.
  program.allowExcessArguments(true);
}

/** The bare form takes no words. @throws {UsageError} naming the commands that there are. */
function refuseUnknownCommand({ args, commands }: Command): void {
  const [word] = args;
  if (word === undefined) return;
  const names = commands.map((command) => command.name());
  throw new UsageError(
    `There is no command "${word}"${suggest(word, names) || ';'} allowed: ${names.join(', ')}`,
  );
}

/** Elsewhere --runners is known, so that its absence here is to be explained. */
const runnersNeedStores =
  '"run" loads from this one process, for runners meet in the stores of a service; several share a load by npm run bench -- --runners 4, or trigger --url URL --runners 4';

const runHelp = `
Length and digest of the model are asked of the target by HEAD, the list of
models by GET /models where the scenario asks for all. A target that has neither
serves scenarios whose requests name no model. --json prints the document that a
service gives of its runs; its "documents" are files here. Certificates to trust
come by NODE_EXTRA_CA_CERTS.`;
