import type { Command } from 'commander';
import { experiments } from '../experiments/find-experiment.ts';
import { type BaselineFlags, compareWithBaseline } from './baseline-command.ts';
import type { CommandLine } from './command-line.ts';
import { type CompareFlags, compareRuns } from './compare-command.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { type ExperimentFlags, runExperiment } from './experiment-command.ts';
import { pullExperiment } from './pull-command.ts';
import { refuseFlagsBefore } from './refuse-flags-before.ts';
import { type ReportFlags, reportRuns } from './report-command.ts';

/** The commands that hold runs against each other. */
export function addExperimentCommands(
  program: Command,
  commandLine: CommandLine,
  finish: (exitCode: number) => void,
): void {
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
      '[one]',
      'a report.json, a folder with one, a version of an experiment such as reports/control/1, the id of a run in reports/drafts, or the URL of a run',
    )
    .argument('[other]', 'another one')
    .description(
      'Two runs, or two versions of experiments, of the same load and environment side by side, without a verdict; or, with --baseline, a git ref and the working tree, measured in turns now, with one.',
    )
    .option('--force', 'also where environment or load differ; the output says so')
    .option('--out <dir>', 'write comparison.md and the distributions over each other there')
    .option('--baseline <ref>', 'a git ref, such as HEAD~1 or origin/main')
    .option(
      '--fail-on <verdict>',
      `with --baseline: exit with ${exitCodes.regression} on WORSE, or REGRESSED for guards, too`,
    )
    .option('--scenario <name>', 'with --baseline: the load (default: burst-100)')
    .option('--clients <n>', 'with --baseline: clients at once')
    .option('--requests <n>', 'with --baseline: requests that each client makes')
    .option('--artifact-bytes <n>', 'with --baseline: one artifact of this size instead of 500 models')
    .option('--pairs <n>', 'with --baseline: one look, after so many pairs (default: looks after 8, 16, 24)')
    .option('--margin <percent>', 'with --baseline: the smallest difference that matters (default: 10)')
    .option('--markdown <file>', 'with --baseline: write the verdict there, for a pull request')
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .action(async (one: string | undefined, other: string | undefined, flags: AllCompareFlags) => {
      refuseFlagsBefore('compare', program);
      finish(await compare(commandLine, one, other, flags));
    });
}

type AllCompareFlags = CompareFlags & Partial<BaselineFlags>;

async function compare(
  commandLine: CommandLine,
  one: string | undefined,
  other: string | undefined,
  flags: AllCompareFlags,
): Promise<number> {
  const { baseline, force, out, json, ...ofBaseline } = flags;
  if (baseline === undefined) {
    const [stray] = Object.keys(ofBaseline);
    if (stray !== undefined) {
      const flag = stray.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      throw new UsageError(`--${flag} goes with --baseline only`);
    }
    if (one !== undefined && other !== undefined) return compareRuns(commandLine, [one, other], flags);
    throw new UsageError('compare takes two runs, or --baseline with a git ref');
  }
  if (one !== undefined || force || out !== undefined) {
    throw new UsageError(
      '--baseline compares with the working tree: it takes no runs, no --force and no --out',
    );
  }
  return compareWithBaseline(commandLine, { baseline, ...ofBaseline, ...(json ? { json } : {}) });
}
