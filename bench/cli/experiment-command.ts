import { join } from 'node:path';
import type { Profile } from '../../contract/delivery-settings.ts';
import type { Experiment, ExperimentDefinition } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import { renderExperimentSummary } from '../compare/render-experiment-terminal.ts';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import type { LabArm } from '../lab/run-lab.ts';
import { readCheckout, repositoryFolder } from '../report/fingerprint/read-subject.ts';
import { asksForArtifacts } from '../scenarios/asks-for-artifacts.ts';
import { claimDraft } from './claim-draft.ts';
import type { CommandLine } from './command-line.ts';
import { conductExperiment } from './conduct-experiment.ts';
import { describeCommand } from './describe-command.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { type LoadedExperiment, loadExperiment } from './load-experiment.ts';
import { draftsFolder, isColored } from './output.ts';
import { checkFlags } from './parse-flags.ts';
import { publishExperiment, readLastVersion } from './publish-experiment.ts';
import { ensureWritable } from './save-documents.ts';
import { Terminal } from './terminal.ts';

export interface ExperimentFlags {
  readonly guards?: true;
  readonly pairs?: string;
  readonly seed?: string;
  readonly restart?: true;
  /** One service, with the arms' settings as profiles. */
  readonly url?: string;
  /** Two services that are deployed as they shall be. */
  readonly before?: string;
  readonly after?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** `experiment <name>`: rounds until a look decides, then its report. */
export async function runExperiment(
  commandLine: CommandLine,
  name: string,
  flags: ExperimentFlags,
): Promise<number> {
  const { stdout, stderr, env } = commandLine;
  checkExperimentFlags(flags);
  const loaded = await loadExperiment(name);
  const { plan } = loaded;
  await ensureWritable(draftsFolder);
  const terminal = new Terminal(stderr, { isQuiet: flags.quiet ?? false });
  const release = await claimDraft(plan.name);
  try {
    const { experiment, place } = await measureExperiment(commandLine, name, loaded, flags, terminal);
    printExperiment(stdout, experiment, place, { json: flags.json ?? false, color: isColored(stdout, env) });
    return experiment.verdict.value === 'INVALID' ? exitCodes.runInvalid : exitCodes.ok;
  } finally {
    await release();
  }
}

async function measureExperiment(
  commandLine: CommandLine,
  name: string,
  loaded: LoadedExperiment,
  flags: ExperimentFlags,
  terminal: Terminal,
): Promise<{ experiment: Experiment; place: string }> {
  const { plan } = loaded;
  const { guards, pairs, seed, url, before, after } = flags;
  const { git_commit, git_dirty } = await readCheckout(repositoryFolder);
  if (git_dirty === true) terminal.say('draft     the working tree has uncommitted changes');
  const definition = describeDefinition(loaded);
  const folder = join(draftsFolder, plan.name);
  const experiment = await conductExperiment(
    {
      plan,
      definition,
      folder,
      ...chooseServices(commandLine, plan, flags),
      withGuards: flags.guards ?? false,
      pairs: flags.pairs === undefined ? null : Number(flags.pairs),
      seed: flags.seed === undefined ? null : Number(flags.seed),
      restart: flags.restart ?? false,
      identity: {
        definition: definition.source_sha256,
        commit: `${git_commit}${git_dirty === true ? ', with uncommitted changes' : ''}`,
        services: flags.url ?? (flags.before === undefined ? 'fresh' : `${flags.before} and ${flags.after}`),
        guards: flags.guards ? 'all' : 'of the same rounds',
        ...(flags.pairs === undefined ? {} : { pairs: flags.pairs }),
      },
      origin: { kind: 'lab', url: null, number: null },
      command: describeCommand(['experiment', '--', name], { guards, pairs, seed, url, before, after }),
      previous: await readLastVersion(plan.name),
      draftReasons: [],
    },
    terminal,
    commandLine.signal,
  );
  return { experiment, place: await publishExperiment(experiment, folder) };
}

function checkExperimentFlags(flags: ExperimentFlags): void {
  const { url, before, after, pairs, seed } = flags;
  checkFlags({ url, before, after, pairs, seed });
  if ((before === undefined) !== (after === undefined)) {
    throw new UsageError('--before and --after go together: the service of each arm');
  }
  if (url !== undefined && before !== undefined) {
    throw new UsageError(
      '--url is one service with two profiles, --before and --after are two services; not both',
    );
  }
}

function describeDefinition({ plan, source, source_sha256 }: LoadedExperiment): ExperimentDefinition {
  return {
    question: plan.question,
    hypothesis: plan.hypothesis,
    before: { ...plan.before.settings },
    after: { ...plan.after.settings },
    stage: plan.before.stage,
    primary: plan.primary,
    margin: plan.margin,
    predicted: plan.predicted,
    guards: plan.guards.map(({ metric, scenario }) =>
      scenario === undefined ? metric : `${metric} of ${scenario}`,
    ),
    published:
      plan.published === null ? null : { source: plan.published.source, rows: [...plan.published.rows] },
    source,
    source_sha256,
  };
}

/** Fresh services on a stage of this machine, or what runs somewhere else, which is never shaped. */
function chooseServices({ stage, env }: CommandLine, plan: ExperimentPlan, flags: ExperimentFlags) {
  const token = env.TRIGGER_TOKEN || null;
  const { url, before, after } = flags;
  const running = (address: string): LabArm => ({ kind: 'running', url: address, token });
  if (url !== undefined) {
    const profiles = { before: toProfile(plan, 'before'), after: toProfile(plan, 'after') };
    return {
      reference: { unmeasured: 'for the services are not started here' },
      session: [],
      arms: { before: running(url), after: running(url) },
      workload: (phase: ExperimentPhase) => ({ ...plan.workload, profile: profiles[phase] }),
    };
  }
  if (before !== undefined && after !== undefined) {
    return {
      reference: { unmeasured: 'for the services are not started here' },
      session: [],
      arms: { before: running(before), after: running(after) },
      workload: () => plan.workload,
    };
  }
  const fresh = (phase: ExperimentPhase): LabArm => ({
    kind: 'fresh',
    commands: stage.round(plan[phase].settings, plan[phase].stage),
    token: null,
  });
  return {
    reference: asksForArtifacts(plan.workload)
      ? { ...plan.workload, profile: { delivery: 'redirected' as const } }
      : { unmeasured: 'for the load reads no artifact' },
    session: stage.session(plan.artifactBytes),
    arms: { before: fresh('before'), after: fresh('after') },
    workload: () => plan.workload,
  };
}

function toProfile(plan: ExperimentPlan, phase: ExperimentPhase): Profile {
  const { workers, ...profile } = plan[phase].settings;
  if (workers === undefined) return profile;
  throw new UsageError(
    `--url is one service with two profiles, and ${phase}.workers of ${plan.name} is none of a profile; use --before and --after`,
  );
}

/** The document alone on stdout, or the summary with the place of the report. */
export function printExperiment(
  stdout: NodeJS.WriteStream,
  experiment: Experiment,
  folder: string,
  { json, color }: { json: boolean; color: boolean },
): void {
  if (json) stdout.write(`${JSON.stringify(experiment, null, 2)}\n`);
  else {
    stdout.write(
      `\n${renderExperimentSummary(experiment, { color })}\n\n  report      ${join(folder, 'report.md')}\n`,
    );
  }
}
