import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Experiment, ExperimentDefinition } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import { buildExperiment } from '../compare/build-experiment.ts';
import type { ExperimentInput, RoundResult } from '../compare/experiment-input.ts';
import type { ExperimentPlan } from '../lab/experiment-plan.ts';
import { type Journal, type JournalHead, openJournal } from '../lab/journal.ts';
import { type LabArm, type RoundProgress, runLab } from '../lab/run-lab.ts';
import type { LabCommand } from '../lab/start-commands.ts';
import { formatCountOf } from '../report/format.ts';
import { CommandError } from './exit-codes.ts';
import { keepFinishedDraft } from './keep-finished-draft.ts';
import { measureRun } from './measure-run.ts';
import type { Terminal } from './terminal.ts';

export interface Conduct {
  readonly plan: ExperimentPlan;
  readonly definition: ExperimentDefinition | null;
  /** Where rounds are kept until the experiment is over. */
  readonly folder: string;
  readonly session: readonly LabCommand[];
  readonly arms: Readonly<Record<ExperimentPhase, LabArm>>;
  readonly workload: (phase: ExperimentPhase) => WorkloadRequest;
  /** What shows how fast S3 itself is, or why it is not measured; null where nobody expects it. */
  readonly reference: WorkloadRequest | { readonly unmeasured: string } | null;
  readonly withGuards: boolean;
  /** Fewer pairs than planned; null for the plan's looks. */
  readonly pairs: number | null;
  readonly seed: number | null;
  readonly restart: boolean;
  /** What must be as it was for an unfinished experiment to go on. */
  readonly identity: JournalHead['identity'];
  readonly origin: Experiment['origin'];
  readonly command: Experiment['command'];
  readonly previous: Experiment | null;
  readonly draftReasons: readonly string[];
}

/**
 * Runs an experiment to its verdict, going on with what an earlier process left in the folder.
 * @throws {CommandError} when a round cannot be measured, or on an interruption; the rounds before it are kept.
 */
export async function conductExperiment(
  conduct: Conduct,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Experiment> {
  const { plan, folder, pairs } = conduct;
  const kept = await keepFinishedDraft(folder);
  if (kept !== null) terminal.say(`draft     the finished one is kept in ${kept}`);
  if (conduct.restart) await rm(folder, { recursive: true, force: true });
  const looks = pairs === null ? plan.design.looks : [pairs];
  const journal = await openJournal(folder, {
    schema: 'modelrig.journal/1',
    name: plan.name,
    seed: conduct.seed ?? randomInt(1, 2 ** 31),
    started_at: new Date().toISOString(),
    identity: conduct.identity,
  }).catch((error: Error) => {
    throw new CommandError(error.message, { cause: error });
  });
  if (conduct.seed !== null && conduct.seed !== journal.head.seed) {
    throw new CommandError(
      `The rounds in ${folder} were drawn with the seed ${journal.head.seed}, not ${conduct.seed}. Go on without --seed, or throw them away with --restart.`,
    );
  }
  if (journal.rounds.length > 0) {
    terminal.say(
      `rounds    goes on after ${formatCountOf(journal.rounds.length, 'round')} in ${folder}, with the same seed`,
    );
  }
  const build = (rounds: readonly RoundResult[]) => buildExperiment(describe(conduct, journal, rounds));
  let line = '';
  try {
    await runLab({
      journal,
      session: conduct.session,
      arms: conduct.arms,
      workload: conduct.workload,
      reference: conduct.reference === null || 'unmeasured' in conduct.reference ? null : conduct.reference,
      guardWorkloads: conduct.withGuards ? listGuardWorkloads(plan) : [],
      looks,
      isDecided: (rounds) => build(rounds).verdict.value !== 'INCONCLUSIVE',
      measure: (service, workload, roundSignal) =>
        measureRun(
          service,
          workload,
          ({ done, failed, elapsed_seconds }) =>
            terminal.show(`${line} · ${done - failed} done, ${failed} failed, ${elapsed_seconds.toFixed(0)} s`),
          roundSignal,
        ),
      onReference: () => {
        line = 'reference S3 itself';
        terminal.show(line);
      },
      onNoReference: (reason) => terminal.say(`reference not measured, ${reason}`),
      onRound: (round) => {
        line = describeRound(round);
        terminal.show(line);
      },
      signal,
    });
  } catch (error) {
    const reason = signal.aborted ? 'Interrupted' : (error as Error).message;
    throw new CommandError(
      `${reason}\n${formatCountOf(journal.rounds.length, 'round')} kept in ${folder}; the same command goes on from there.`,
      { cause: error },
    );
  }
  terminal.close();
  return build(journal.rounds);
}

function describe(
  { plan, definition, reference, origin, command, previous, draftReasons, pairs }: Conduct,
  { head, references }: Journal,
  rounds: readonly RoundResult[],
): ExperimentInput {
  const { looks } = plan.design;
  const isOdd = pairs !== null && !looks.includes(pairs);
  return {
    name: plan.name,
    number: null,
    question: plan.question,
    definition,
    origin,
    command,
    primary: plan.primary,
    margin: plan.margin,
    guards: plan.guards,
    design: plan.design,
    seed: head.seed,
    rounds,
    s3BytesPerSecond: references.flatMap(({ bytes_per_second }) => bytes_per_second ?? []),
    s3Unmeasured: [
      ...(reference !== null && 'unmeasured' in reference ? [reference.unmeasured] : []),
      ...references.flatMap((one) => ('reason' in one ? [one.reason] : [])),
    ],
    arithmetic: plan.arithmetic,
    objections: [],
    draftReasons: [
      ...draftReasons,
      ...(isOdd
        ? [
            `a look after ${formatCountOf(pairs, 'pair')} was asked for, those planned are after ${looks.join(', ')}`,
          ]
        : []),
    ],
    previous,
  };
}

/** One of each scenario that guards name, as it is by itself. */
function listGuardWorkloads({ guards }: ExperimentPlan): WorkloadRequest[] {
  return [...new Set(guards.flatMap(({ scenario }) => scenario ?? []))].map((scenario) => ({ scenario }));
}

function describeRound({ pair, phase, roundsLeft, secondsLeft, look }: RoundProgress): string {
  const left = secondsLeft === null ? '' : `, about ${describeWait(secondsLeft)}`;
  return `rounds    pair ${pair} of ${look}, ${phase}; ${formatCountOf(roundsLeft, 'round')}${left} to the look`;
}

function describeWait(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
