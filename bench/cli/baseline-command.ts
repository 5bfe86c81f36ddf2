import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Experiment } from '../../contract/experiment.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import { renderVerdictMarkdown } from '../compare/markdown/render-verdict.ts';
import { checkOut } from '../lab/check-out.ts';
import { type ExperimentPlan, nameArtifact } from '../lab/experiment-plan.ts';
import type { LabArm } from '../lab/run-lab.ts';
import { readCheckout, repositoryFolder } from '../report/fingerprint/read-subject.ts';
import { countPairsForGuards, createFixedDesign, fewestPairs, stagedDesign } from '../statistics/design.ts';
import { claimDraft } from './claim-draft.ts';
import type { CommandLine } from './command-line.ts';
import { conductExperiment } from './conduct-experiment.ts';
import { describeCommand } from './describe-command.ts';
import { CommandError, exitCodes, UsageError } from './exit-codes.ts';
import { printExperiment } from './experiment-command.ts';
import { draftsFolder, isColored } from './output.ts';
import { checkFlags } from './parse-flags.ts';
import { parseWorkload } from './parse-workload.ts';
import { keepDraft } from './publish-experiment.ts';
import { ensureWritable } from './save-documents.ts';
import { Terminal } from './terminal.ts';

export interface BaselineFlags {
  readonly baseline: string;
  readonly failOn?: string;
  readonly scenario?: string;
  readonly clients?: string;
  readonly requests?: string;
  readonly artifactBytes?: string;
  readonly pairs?: string;
  readonly margin?: string;
  readonly markdown?: string;
  readonly json?: true;
}

const name = 'baseline';
/** Bursts on a machine that client and service share scatter by more than 5 %. */
const defaultMarginPercent = 10;

/**
 * `compare --baseline <ref>`: the ref and the working tree, interleaved now; the one comparison of two programs that may
 * fail a build.
 * @throws {UsageError} for flags; {CommandError} when the ref cannot be checked out, or a round cannot be measured.
 */
export async function compareWithBaseline(commandLine: CommandLine, flags: BaselineFlags): Promise<number> {
  const { stdout, stderr, env, signal } = commandLine;
  const { failOn } = flags;
  if (failOn !== undefined && failOn !== 'WORSE' && failOn !== 'REGRESSED') {
    throw new UsageError(`--fail-on is "${failOn}"; allowed: WORSE, or REGRESSED for guards, too`);
  }
  checkFlags({ pairs: flags.pairs, 'artifact-bytes': flags.artifactBytes, margin: flags.margin });
  const plan = describePlan(flags);
  if (failOn !== undefined) assertCanFail(plan, failOn);
  await ensureWritable(draftsFolder);
  const terminal = new Terminal(stderr);
  const release = await claimDraft(name);
  const checkout = await checkOut(repositoryFolder, flags.baseline).catch(async (error: Error) => {
    await release();
    throw new CommandError(error.message, { cause: error });
  });
  try {
    const { git_commit } = await readCheckout(repositoryFolder);
    terminal.say(`baseline  ${flags.baseline} (${checkout.commit.slice(0, 12)}) beside the working tree`);
    const arm = (folder?: string): LabArm => ({
      kind: 'fresh',
      commands: commandLine.stage.round({}, null, folder),
      token: null,
    });
    const folder = join(draftsFolder, name);
    const experiment = await conductExperiment(
      {
        plan,
        definition: null,
        folder,
        session: commandLine.stage.session(plan.artifactBytes),
        arms: { before: arm(checkout.folder), after: arm() },
        workload: () => plan.workload,
        // An older service may know no strategy that leads there.
        reference: null,
        withGuards: false,
        pairs: null,
        seed: null,
        // The working tree may have changed in any way since.
        restart: true,
        identity: { baseline: checkout.commit, commit: git_commit },
        origin: { kind: 'lab', url: null, number: null },
        command: describeCommand(['bench', '--', 'compare', '--baseline', flags.baseline], {
          scenario: flags.scenario,
          clients: flags.clients,
          requests: flags.requests,
          'artifact-bytes': flags.artifactBytes,
          pairs: flags.pairs,
          margin: flags.margin,
        }),
        previous: null,
        draftReasons: [
          'a comparison with a baseline, not an experiment that was defined before',
          ...(checkout.hasOtherGenerator
            ? [
                'the code of the load generator differs between the two, so its share in the difference is not known',
              ]
            : []),
        ],
      },
      terminal,
      signal,
    );
    await keepDraft(experiment, folder);
    if (flags.markdown !== undefined) await writeFile(flags.markdown, renderVerdictMarkdown(experiment));
    printExperiment(stdout, experiment, folder, { json: flags.json ?? false, color: isColored(stdout, env) });
    return chooseBaselineExitCode(experiment, failOn);
  } finally {
    await checkout.remove();
    await release();
  }
}

function describePlan(flags: BaselineFlags): ExperimentPlan {
  const { scenario, clients, requests, artifactBytes, pairs, margin = String(defaultMarginPercent) } = flags;
  const bytes = artifactBytes === undefined ? null : Number(artifactBytes);
  const typed = {
    ...(scenario === undefined ? {} : { scenario }),
    ...(clients === undefined ? {} : { clients }),
    ...(requests === undefined ? {} : { requests }),
    ...(bytes === null ? {} : { model: nameArtifact(bytes) }),
  };
  const workload: WorkloadRequest = parseWorkload(typed);
  const nothing = { settings: {}, stage: null };
  return {
    name,
    question: `Is the working tree worse than ${flags.baseline}?`,
    hypothesis: '',
    before: nothing,
    after: nothing,
    workload,
    artifactBytes: bytes,
    primary: scenario === 'metadata' ? 'requests_per_second' : 'goodput',
    margin: Number(margin) / 100,
    predicted: { direction: 'SAME', ratio: null, because: '' },
    guards: [
      { metric: 'success_rate', margin: 0.05 },
      { metric: 'first_byte_p99', margin: 0.25 },
      { metric: 'server_peak_rss_bytes', margin: 0.1 },
      { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
    ],
    design: pairs === undefined ? stagedDesign : createFixedDesign(Number(pairs)),
    budgetMinutes: 20,
    arithmetic: null,
    published: null,
  };
}

/** @throws {UsageError} when no figures of so few pairs could fail the build. */
function assertCanFail({ design, guards }: ExperimentPlan, failOn: 'WORSE' | 'REGRESSED'): void {
  const [pairs = 0] = design.looks;
  const least = failOn === 'WORSE' ? fewestPairs : countPairsForGuards(guards.length);
  if (pairs >= least) return;
  throw new UsageError(`--pairs is ${pairs}; allowed with --fail-on ${failOn}: ${least} or more`);
}

/** An instrument that failed is no regression, and no pass either. */
export function chooseBaselineExitCode(
  { verdict, metrics }: Pick<Experiment, 'verdict' | 'metrics'>,
  failOn: string | undefined,
): number {
  if (verdict.value === 'INVALID') return exitCodes.runInvalid;
  if (failOn === undefined) return exitCodes.ok;
  const isRegressed = failOn === 'REGRESSED' && metrics.some((metric) => metric.verdict === 'REGRESSED');
  return verdict.value === 'WORSE' || isRegressed ? exitCodes.regression : exitCodes.ok;
}
