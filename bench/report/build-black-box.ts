import type { BlackBox } from '../../contract/report.ts';
import { listConnectTimesMs, listLatenciesMs, listRedirectTimesMs } from '../metrics/attempt-times.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import { buildLatencyHistogram, encodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { computeMeanOverMakespan, countOutcomes, summariseAttempts } from '../metrics/summarise-attempts.ts';
import { listFailures } from './list-failures.ts';

export function buildBlackBox({ attempts: log, generator }: Measurement): BlackBox {
  const attempts = [...log];
  const metrics = summariseAttempts(attempts);
  const redirectTimesMs = listRedirectTimesMs(attempts);
  return {
    metrics,
    connect: describeDistribution(listConnectTimesMs(attempts)),
    ...(redirectTimesMs.length === 0 ? {} : { redirect: describeDistribution(redirectTimesMs) }),
    mean_over_makespan: computeMeanOverMakespan(metrics),
    outcomes: countOutcomes(attempts),
    failures: listFailures(attempts),
    latency_histogram: encodeLatencyHistogram(buildLatencyHistogram(listLatenciesMs(attempts))),
    generator,
  };
}
