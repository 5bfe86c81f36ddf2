import { createHash } from 'node:crypto';
import type { Experiment } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import { readReport } from '../report/read-report.ts';
import { stagedDesign } from '../statistics/design.ts';
import { buildExperiment } from './build-experiment.ts';
import type { GuardPlan, RoundResult } from './experiment-input.ts';

/** A run that somebody called one of an arm. */
export interface NamedRun {
  readonly phase: ExperimentPhase;
  /** The JSON text of its report. */
  readonly reportText: string;
  /** Below the folder of the experiment's document; null where it lies elsewhere. */
  readonly document: string | null;
}

const primary = 'goodput';
const margin = 0.1;
const guards: readonly GuardPlan[] = [
  { metric: 'success_rate', margin: 0.05 },
  { metric: 'first_byte_p99', margin: 0.25 },
  { metric: 'server_peak_rss_bytes', margin: 0.25 },
  { metric: 'server_cpu_seconds_per_gb', margin: 0.1 },
];

/**
 * The before and after of runs that nobody interleaved for it: the first run before with the first one after, and so on, in
 * order of time. Its verdict is as honest as their number and order allow. Null when there is no pair.
 */
export function buildFromRuns(
  runs: readonly NamedRun[],
  about: Pick<Experiment, 'name' | 'number' | 'origin'> & { readonly previous: Experiment | null },
): Experiment | null {
  const rounds = pairRuns(runs);
  if (rounds.length < 2) return null;
  return buildExperiment({
    ...about,
    question: `What is different after the change "${about.name}"?`,
    definition: null,
    command: null,
    primary,
    margin,
    guards,
    design: stagedDesign,
    seed: null,
    rounds,
    arithmetic: null,
    objections: findObjections(rounds),
    draftReasons: [],
  });
}

/** In order of time, those without another side left out. */
function pairRuns(runs: readonly NamedRun[]): RoundResult[] {
  const read = runs.map((run) => ({ ...run, report: readReport(run.reportText) }));
  read.sort((one, other) => (one.report.started_at < other.report.started_at ? -1 : 1));
  const counts = { before: 0, after: 0 };
  const numbered = read.map(({ phase, report, reportText, document }) => {
    counts[phase] += 1;
    const sha256 = createHash('sha256').update(reportText).digest('hex');
    return { pair: counts[phase], phase, report, guardReports: {}, document, sha256 };
  });
  const pairs = Math.min(counts.before, counts.after);
  const seen = new Set<number>();
  return numbered
    .filter(({ pair }) => pair <= pairs)
    .map((round) => {
      const position = seen.has(round.pair) ? 2 : 1;
      seen.add(round.pair);
      return { ...round, position };
    });
}

/** What lets anything that changes with time pass for a difference between the arms. */
function findObjections(rounds: readonly RoundResult[]): string[] {
  if (rounds.length <= 2) return [];
  const isInterleaved = rounds.every(({ pair }, index) => pair === Math.floor(index / 2) + 1);
  const firsts = new Set(rounds.filter(({ position }) => position === 1).map(({ phase }) => phase));
  const [only] = firsts;
  return [
    ...(isInterleaved ? [] : ['the runs of a pair were not measured one after the other']),
    ...(firsts.size === 1 ? [`the run ${only} came first in every pair`] : []),
  ];
}
