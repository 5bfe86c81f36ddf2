import type { Command } from 'commander';
import { defaultWorkload } from '../../contract/workload.ts';
import { experiments } from '../experiments/find-experiment.ts';
import { scenarios } from '../scenarios/find-scenario.ts';
import { type CalibrateFlags, calibrate, defaultCalibration } from './calibrate-command.ts';
import type { LoadFlags } from './choose-load.ts';
import type { CommandLine } from './command-line.ts';
import { type CompareFlags, compareRuns } from './compare-command.ts';
import { UsageError } from './exit-codes.ts';
import { type ExperimentFlags, runExperiment } from './experiment-command.ts';
import { addOutputOptions, type OutputFlags } from './output.ts';
import { pullExperiment } from './pull-command.ts';
import { type ReportFlags, reportRuns } from './report-command.ts';
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
    .option('--version <name>', `its version (default: ${defaultWorkload.version})`);
  addOutputOptions(run)
    .addHelpText('after', runHelp)
    .action(async (scenario: string, flags: LoadFlags & OutputFlags) => {
      refuseFlagsBefore('run', program);
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

  program
    .command('experiment')
    .argument('<name>', `${experiments.map(({ name }) => name).join(', ')}, or a .ts, .js or .mjs file`)
    .description(
      'Rounds of a before and an after in drawn order, a fresh service each, until a look decides; then a report. The same command goes on with one that was ended, however it was.',
    )
    .option('--guards', 'also the further loads that guards of the experiment name, in each round')
    .option('--pairs <n>', 'one look, after so many pairs; fewer than planned make a draft')
    .option('--seed <n>', 'of the order of the arms (default: drawn, and written down)')
    .option('--restart', 'throw away the rounds of one that is not finished')
    .option('--url <url>', 'one running service, with the settings of each arm as the profile of its runs')
    .option('--before <url>', 'a running service as it is, with --after')
    .option('--after <url>', 'another one')
    .option('--json', 'print the document on stdout and nothing else there')
    .option('--quiet', 'show no progress')
    .action(async (name: string, flags: ExperimentFlags) => {
      refuseFlagsBefore('experiment', program);
      finish(await runExperiment(commandLine, name, flags));
    });

  program
    .command('report')
    .description(
      'The before and after of runs that there are, as the next version of an experiment in reports/.',
    )
    .requiredOption('--before <runs...>', 'report.json files, folders with one, ids of drafts, or URLs of runs')
    .requiredOption('--after <runs...>', 'as many, measured after the change')
    .requiredOption('--as <experiment>', 'its name')
    .action(async (flags: ReportFlags) => {
      refuseFlagsBefore('report', program);
      finish(await reportRuns(commandLine, flags));
    });

  program
    .command('pull')
    .argument('<experiment>', 'its name at the service')
    .description("A service's latest version of an experiment, with its runs, as the next version in reports/.")
    .requiredOption('--url <url>', 'the service, such as http://127.0.0.1:8080')
    .action(async (name: string, flags: { url: string }) => {
      refuseFlagsBefore('pull', program);
      finish(await pullExperiment(commandLine, name, flags.url));
    });

  program
    .command('compare')
    .argument(
      '<one>',
      'a report.json, a folder with one, the id of a run in reports/drafts, or the URL of a run',
    )
    .argument('<other>', 'another one')
    .description('Two runs of the same load and environment side by side, without a verdict.')
    .option('--force', 'also where environment or load differ; the output says so')
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .option('--out <dir>', 'write comparison.md and the distributions over each other there')
    .action(async (one: string, other: string, flags: CompareFlags) => {
      refuseFlagsBefore('compare', program);
      finish(await compareRuns(commandLine, [one, other], flags));
    });

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
}

const runHelp = `
Length and digest of the model are asked of the target by HEAD, the list of
models by GET /models where the scenario asks for all. A target that has neither
serves scenarios whose requests name no model. --json prints the document that a
service gives of its runs; its "documents" are files here. Certificates to trust
come by NODE_EXTRA_CA_CERTS.`;

/** They belong to the bare form, and would be ignored. */
function refuseFlagsBefore(command: string, program: Command): void {
  const given = program.options.filter(
    (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  const flags = given.map(({ long }) => long).join(' ');
  throw new UsageError(`${flags} stands before "${command}"; flags of a command stand after it`);
}
