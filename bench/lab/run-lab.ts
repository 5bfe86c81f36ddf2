import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import type { RoundResult } from '../compare/experiment-input.ts';
import { drawOrder } from '../statistics/pair-order.ts';
import type { Journal, MeasuredRun } from './journal.ts';
import { judgeReference, type ReferenceFigure } from './judge-reference.ts';
import { type LabCommand, type Started, startCommands } from './start-commands.ts';

/** Where an arm's service comes from: programs that are started anew for each round, or one that runs already. */
export type LabArm =
  | { readonly kind: 'fresh'; readonly commands: readonly LabCommand[]; readonly token: string | null }
  | { readonly kind: 'running'; readonly url: string; readonly token: string | null };

export interface LabOrder {
  readonly journal: Journal;
  /** Started once, before the first round: the stores. */
  readonly session: readonly LabCommand[];
  readonly arms: Readonly<Record<ExperimentPhase, LabArm>>;
  readonly workload: (phase: ExperimentPhase) => WorkloadRequest;
  /** What clients do that read S3 themselves; null where no service is started for it. */
  readonly reference: WorkloadRequest | null;
  /** Further loads on each round's service, after its own. */
  readonly guardWorkloads: readonly WorkloadRequest[];
  readonly looks: readonly number[];
  /** Whether what there is at a look is enough. */
  readonly isDecided: (rounds: readonly RoundResult[]) => boolean;
  /** Triggers one run and brings its documents home. */
  readonly measure: MeasureRun;
  readonly onReference: () => void;
  /** Told why one was not measured, a clause; the rounds go on. */
  readonly onNoReference: (reason: string) => void;
  readonly onRound: (round: RoundProgress) => void;
  readonly signal: AbortSignal;
}

export type MeasureRun = (
  service: { readonly url: string; readonly token: string | null },
  workload: WorkloadRequest,
  signal: AbortSignal,
) => Promise<MeasuredRun>;

export interface RoundProgress {
  readonly pair: number;
  readonly phase: ExperimentPhase;
  /** Of the rounds until the next look, this one included. */
  readonly roundsLeft: number;
  /** Until the next look, by the mean of the rounds so far; null before the first one has ended. */
  readonly secondsLeft: number | null;
  readonly look: number;
}

/**
 * Measures round after round until a look decides or the last one is over. What the journal has is not measured again:
 * pairs, their order and the looks go on where they were.
 */
export async function runLab(order: LabOrder): Promise<void> {
  const { journal, looks, signal } = order;
  const session = await startCommands(order.session, {}, signal);
  const times: number[] = [];
  try {
    for (const look of looks) {
      if (journal.rounds.length === 0) await measureReference(order, session, 0);
      const planned = listRounds(journal.head.seed, look).filter((round) => !isDone(journal, round));
      for (const [index, round] of planned.entries()) {
        const roundsLeft = planned.length - index;
        const secondsLeft = times.length === 0 ? null : (roundsLeft * sum(times)) / times.length / 1_000;
        order.onRound({ pair: round.pair, phase: round.phase, roundsLeft, secondsLeft, look });
        const startMs = performance.now();
        await measureRound(order, session, round);
        times.push(performance.now() - startMs);
        if (journal.rounds.at(-1)?.report.verdict.value !== 'valid' && isPairDone(journal, round.pair)) return;
      }
      await measureReference(order, session, look);
      if (order.isDecided(journal.rounds)) return;
    }
  } finally {
    await session.stop();
  }
}

interface PlannedRound {
  readonly pair: number;
  readonly position: 1 | 2;
  readonly phase: ExperimentPhase;
}

/** All rounds up to a look, in their drawn order. */
function listRounds(seed: number, look: number): PlannedRound[] {
  return Array.from({ length: look }, (_, index) => index + 1).flatMap((pair) =>
    drawOrder(seed, pair).map((phase, index): PlannedRound => ({ pair, phase, position: index === 0 ? 1 : 2 })),
  );
}

function isDone({ rounds }: Journal, { pair, phase }: PlannedRound): boolean {
  return rounds.some((round) => round.pair === pair && round.phase === phase);
}

function isPairDone({ rounds }: Journal, pair: number): boolean {
  return rounds.filter((round) => round.pair === pair).length === 2;
}

async function measureRound(order: LabOrder, session: Started, round: PlannedRound): Promise<void> {
  const arm = order.arms[round.phase];
  if (arm.kind === 'running') return measureAt(order, arm, round);
  await withService(arm, session, order.signal, (service) => measureAt(order, service, round));
}

async function withService<Result>(
  arm: LabArm & { readonly kind: 'fresh' },
  session: Started,
  signal: AbortSignal,
  use: (service: { readonly url: string; readonly token: string | null }) => Promise<Result>,
): Promise<Result> {
  const service = await startCommands(arm.commands, session.env, signal);
  try {
    if (service.url === null) throw new Error('None of the commands of a round gave the address of a service.');
    return await use({ url: service.url, token: arm.token });
  } finally {
    await service.stop();
  }
}

/** Before the first pair and after the last one of each look, on a service of its own. */
async function measureReference(order: LabOrder, session: Started, afterPair: number): Promise<void> {
  const { journal, reference, arms, measure, signal } = order;
  const { before: arm } = arms;
  if (reference === null || arm.kind === 'running') return;
  if (journal.references.some(({ after_pair }) => after_pair === afterPair)) return;
  order.onReference();
  const figure = await withService(arm, session, signal, (service) =>
    measure(service, reference, signal).then(({ report }) => judgeReference(report), describeMissing(signal)),
  );
  if ('reason' in figure) order.onNoReference(figure.reason);
  await journal.addReference({ after_pair: afterPair, ...figure });
}

/** What is compared stands without it. */
function describeMissing(signal: AbortSignal): (error: Error) => ReferenceFigure {
  return (error) => {
    if (signal.aborted) throw error;
    return { bytes_per_second: null, reason: `for its run failed: ${error.message}` };
  };
}

async function measureAt(
  { journal, workload, guardWorkloads, measure, signal }: LabOrder,
  service: { readonly url: string; readonly token: string | null },
  round: PlannedRound,
): Promise<void> {
  const run = await measure(service, workload(round.phase), signal);
  const guards: Record<string, MeasuredRun> = {};
  for (const guard of guardWorkloads) guards[guard.scenario ?? ''] = await measure(service, guard, signal);
  await journal.add({ ...round, run, guards });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
