import type { Experiment } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import {
  decodeLatencyHistogram,
  encodeLatencyHistogram,
  mergeLatencyHistograms,
} from '../metrics/latency-histogram.ts';
import type { RoundResult } from './experiment-input.ts';

/** What was measured on one side, and the latencies of all its runs together. */
export function describeArm(
  rounds: readonly RoundResult[],
  phase: ExperimentPhase,
): Experiment['arms'][ExperimentPhase] {
  const reports = rounds.filter((round) => round.phase === phase).map(({ report }) => report);
  const [first] = reports;
  if (!first) throw new Error(`The experiment has no run ${phase}.`);
  const add = (read: (report: (typeof reports)[number]) => number) =>
    reports.reduce((sum, report) => sum + read(report), 0);
  const histograms = reports.map(({ black_box }) => decodeLatencyHistogram(black_box.latency_histogram));
  return {
    subject: first.fingerprint.subject,
    runs: reports.length,
    requests: add(({ black_box }) => black_box.metrics.total_requests),
    successes: add(({ black_box }) => black_box.outcomes.ok ?? 0),
    latency_histogram: encodeLatencyHistogram(mergeLatencyHistograms(histograms)),
    censored: add(({ black_box }) => black_box.metrics.latency.censored),
  };
}
