import type { Cause, ExperimentVerdict } from '../../contract/experiment.ts';
import type { RoundResult } from './experiment-input.ts';

/** Where the mean request's time went, before and after; null where a run lacks what it takes. */
export function findCause(rounds: readonly RoundResult[], _verdict: ExperimentVerdict): Cause | null {
  const before = averagePhases(rounds, 'before');
  const after = averagePhases(rounds, 'after');
  if (before === null || after === null) return null;
  const phases = [...before.keys()].map((phase) => ({
    phase,
    before_ms: before.get(phase) ?? 0,
    after_ms: after.get(phase) ?? 0,
  }));
  const add = (read: (phase: (typeof phases)[number]) => number) =>
    phases.reduce((sum, phase) => sum + read(phase), 0);
  return {
    suspect_before: 'unknown',
    suspect_after: 'unknown',
    phases,
    total: { before_ms: add(({ before_ms }) => before_ms), after_ms: add(({ after_ms }) => after_ms) },
    conclusion: 'unknown',
    reason: 'the steps inside the service are not timed in these runs, only what the clients saw',
  };
}

/** As the clients saw it, over the runs of an arm. Means may be subtracted only when they are over the same requests. */
function averagePhases(rounds: readonly RoundResult[], phase: string): Map<string, number> | null {
  const sums = new Map<string, number>();
  const reports = rounds.filter((round) => round.phase === phase).map(({ report }) => report);
  for (const { black_box } of reports) {
    const { latency, first_byte } = black_box.metrics;
    const { connect } = black_box;
    if (latency.count === 0 || latency.count !== first_byte.count || latency.count !== connect.count)
      return null;
    const [total, first, connecting] = [latency.mean_ms, first_byte.mean_ms, connect.mean_ms];
    if (total === null || first === null || connecting === null) return null;
    for (const [name, ms] of [
      ['connecting', connecting],
      ['waiting for the first byte', first - connecting],
      ['receiving the body', total - first],
    ] as const) {
      sums.set(name, (sums.get(name) ?? 0) + ms / reports.length);
    }
  }
  return sums;
}
