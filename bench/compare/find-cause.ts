import type { Attribution, SuspectResource, TimePart } from '../../contract/attribution.ts';
import type { Cause, ExperimentVerdict } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import { formatMs, formatPercent, joinWords } from '../report/format.ts';
import { partNames } from '../report/name-part.ts';
import { analysePairs, type Interval } from '../statistics/walsh-estimate.ts';
import type { RoundResult } from './experiment-input.ts';

/** The parts of a request in which the shortage of a resource shows. */
const partsOf: Readonly<Record<SuspectResource, readonly TimePart[]>> = {
  event_loop: ['before_server', 'event_loop'],
  cpu: ['before_server', 'event_loop', 'moving'],
  admission: ['admission'],
  metadata: ['metadata'],
  s3_pool: ['s3_pool'],
  s3_first_byte: ['s3_first_byte'],
  s3_bandwidth: ['s3_body'],
  clients: ['client_body', 'after_server'],
  load_generator: ['after_server', 'before_server'],
};

/** `About as much`: the suspect's parts account for this share of what the whole lost, or more. */
const leastShare = 0.7;
/** What another part may grow by, as a share of what the whole lost. */
const mostGrowth = 0.1;

/**
 * Where the mean request's time went, before and after, and whether the suspect of the runs before is confirmed: its parts
 * shrank, the whole by about as much, and no other part grew beyond what it takes without any load. Null where a run does
 * not say where its time went.
 */
export function findCause(
  rounds: readonly RoundResult[],
  verdict: ExperimentVerdict,
  confidence: number,
): Cause | null {
  const before = listAttributions(rounds, 'before');
  const after = listAttributions(rounds, 'after');
  if (before === null || after === null) return null;
  const phases = before[0].parts.map(({ part }) => ({
    part,
    before_ms: averagePart(before, part, 'mean_ms'),
    after_ms: averagePart(after, part, 'mean_ms'),
    aloneMs: averagePart(after, part, 'alone_ms'),
  }));
  const total = {
    before_ms: average(before.map(({ mean_ms }) => mean_ms)),
    after_ms: average(after.map(({ mean_ms }) => mean_ms)),
  };
  const suspect = findSuspect(before);
  return {
    suspect_before: describeSuspect(before, suspect),
    suspect_after: describeSuspect(after, findSuspect(after)),
    phases: phases.map(({ part, before_ms, after_ms }) => ({ phase: partNames[part], before_ms, after_ms })),
    total,
    ...conclude({ suspect, phases, total, verdict, shift: findShift(rounds, suspect, confidence) }),
  };
}

type Attributions = readonly [Attribution, ...Attribution[]];

function listAttributions(rounds: readonly RoundResult[], phase: ExperimentPhase): Attributions | null {
  const found = rounds
    .filter((round) => round.phase === phase)
    .map(({ report }) => report.white_box?.attribution ?? null);
  const [first, ...others] = found.filter((attribution) => attribution !== null);
  return first === undefined || others.length + 1 < found.length ? null : [first, ...others];
}

/** The resource that most of an arm's runs suspect first; null where they do not agree. */
function findSuspect(attributions: Attributions): SuspectResource | null {
  const named = attributions.flatMap(({ suspects: [first] }) => first?.resource ?? []);
  const counts = Map.groupBy(named, (resource) => resource);
  const [most] = [...counts].sort(([, one], [, other]) => other.length - one.length);
  return most !== undefined && 2 * most[1].length > attributions.length ? most[0] : null;
}

/** `s3_pool (7 of 8 runs: ...)`. */
function describeSuspect(attributions: Attributions, suspect: SuspectResource | null): string {
  if (suspect === null) {
    const isHealthy = attributions.every(({ verdict }) => verdict === 'none');
    return isHealthy ? 'nothing' : 'unknown';
  }
  const accusing = attributions.flatMap(({ suspects: [first] }) => (first?.resource === suspect ? first : []));
  return `${suspect} (in ${accusing.length} of ${attributions.length} runs, such as: ${accusing[0]?.statement ?? ''})`;
}

function averagePart(attributions: Attributions, part: TimePart, figure: 'mean_ms' | 'alone_ms'): number {
  return average(
    attributions.map(({ parts }) => parts.find((candidate) => candidate.part === part)?.[figure] ?? 0),
  );
}

/** By how many milliseconds the suspect's parts took more in the after run of the pairs, between which bounds. */
function findShift(
  rounds: readonly RoundResult[],
  suspect: SuspectResource | null,
  confidence: number,
): Interval {
  if (suspect === null) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const timeOf = (pair: number, phase: ExperimentPhase) => {
    const round = rounds.find((one) => one.pair === pair && one.phase === phase);
    const parts = round?.report.white_box?.attribution?.parts ?? [];
    return sumParts(parts, suspect);
  };
  const pairs = [...new Set(rounds.map(({ pair }) => pair))];
  return analysePairs(pairs.map((pair) => timeOf(pair, 'after') - timeOf(pair, 'before'))).interval(confidence);
}

function sumParts(parts: Attribution['parts'], suspect: SuspectResource): number {
  return parts
    .filter(({ part }) => partsOf[suspect].includes(part))
    .reduce((sum, { mean_ms }) => sum + mean_ms, 0);
}

interface PhaseShift {
  readonly part: TimePart;
  readonly before_ms: number;
  readonly after_ms: number;
  /** Of a request that was sent alone to what there is after; 0 where none was. */
  readonly aloneMs: number;
}

interface Evidence {
  readonly suspect: SuspectResource | null;
  readonly phases: readonly PhaseShift[];
  readonly total: Cause['total'];
  readonly verdict: ExperimentVerdict;
  readonly shift: Interval;
}

function conclude({ suspect, phases, total, verdict, shift }: Evidence): Pick<Cause, 'conclusion' | 'reason'> {
  if (suspect === null) {
    return {
      conclusion: 'unknown',
      reason: 'the runs before do not agree on a suspect, so there is none to confirm',
    };
  }
  if (verdict.value !== 'BETTER') {
    return { conclusion: 'unknown', reason: 'only what gets better by the change can confirm a suspect' };
  }
  const lostMs = total.before_ms - total.after_ms;
  const own = phases.filter(({ part }) => partsOf[suspect].includes(part));
  const ownLostMs = own.reduce((sum, { before_ms, after_ms }) => sum + before_ms - after_ms, 0);
  // Requests that were cut off at their deadline never came as far as what each of them takes in any case.
  const grown = phases.filter(
    ({ part, before_ms, after_ms, aloneMs }) =>
      !partsOf[suspect].includes(part) && after_ms - Math.max(before_ms, aloneMs) > mostGrowth * lostMs,
  );
  const names = joinWords(own.map(({ part }) => partNames[part]));
  if (lostMs <= 0) {
    return { conclusion: 'unknown', reason: `the mean request took no less time than before` };
  }
  const share = formatPercent((100 * ownLostMs) / lostMs);
  if (shift.high >= 0) {
    return -shift.low < leastShare * lostMs
      ? {
          conclusion: 'refuted',
          reason: `${names} shrank by ${formatMs(Math.max(0, -shift.low))} at most, the mean request by ${formatMs(lostMs)}`,
        }
      : { conclusion: 'unknown', reason: `the rounds cannot tell whether ${names} shrank` };
  }
  if (ownLostMs < leastShare * lostMs) {
    return {
      conclusion: 'refuted',
      reason: `${names} account for ${share} of the ${formatMs(lostMs)} that the mean request lost`,
    };
  }
  if (grown.length > 0) {
    const others = grown.map(
      ({ part, before_ms, after_ms }) => `${partNames[part]} by ${formatMs(after_ms - before_ms)}`,
    );
    return {
      conclusion: 'unknown',
      reason: `${names} shrank by ${formatMs(ownLostMs)}, but ${joinWords(others)} grew`,
    };
  }
  return {
    conclusion: 'confirmed',
    reason: `${names} shrank by ${formatMs(ownLostMs)}, the mean request by ${formatMs(lostMs)}, and no other part grew by more than ${formatPercent(100 * mostGrowth)} of that beyond what a request alone takes`,
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
