import type { BlackBox } from '../../contract/report.ts';
import { assessSteadiness } from '../metrics/assess-steadiness.ts';
import { listLatenciesMs, listResponseTimesMs, listStartDelaysMs } from '../metrics/attempt-times.ts';
import { checkIdentities, type LoadMade } from '../metrics/check-identities.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import { buildIntervalSeries } from '../metrics/interval-series.ts';
import { buildLatencyHistogram, encodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import { measureFairness } from '../metrics/measure-fairness.ts';
import type { Measurement } from '../metrics/measurement.ts';
import type { Scenario } from '../scenario.ts';
import { describeAttempts } from './describe-attempts.ts';
import { listFailures } from './list-failures.ts';

/** All that the load generator's side says of a run, from the ledger and the generator's own counters. */
export function buildBlackBox(measurement: Measurement, scenario: Scenario, made?: LoadMade): BlackBox {
  const { attempts, generator } = measurement;
  const figures = describeAttempts(attempts);
  return {
    ...figures,
    failures: listFailures(attempts),
    latency_histogram: encodeHistogram(listLatenciesMs(attempts)),
    ...describeOpenModel(measurement, scenario, figures.metrics.latency.censored),
    dropped_iterations: measurement.droppedIterations,
    resent_requests: measurement.resentRequests,
    series: buildIntervalSeries(attempts, generator.received.interval_ms),
    steadiness: isSteadyByPlan(scenario)
      ? assessSteadiness(generator.received, findLastStartMs(attempts))
      : null,
    fairness: isEvenByPlan(scenario) ? measureFairness(attempts) : null,
    identities: checkIdentities(measurement, scenario, made),
    generator,
  };
}

/** Latencies from when each request was due, beside those from its start: null where nothing is due. */
function describeOpenModel(
  { attempts }: Measurement,
  { executor }: Scenario,
  censored: number,
): Pick<BlackBox, 'response_time' | 'response_time_histogram' | 'start_delay'> {
  if (executor !== 'constant-arrival-rate') {
    return { response_time: null, response_time_histogram: null, start_delay: null };
  }
  return {
    response_time: { ...describeDistribution(listResponseTimesMs(attempts)), censored },
    response_time_histogram: encodeHistogram(listResponseTimesMs(attempts)),
    start_delay: describeDistribution(listStartDelaysMs(attempts)),
  };
}

/** A burst and a ramp change by themselves: no part of them is the steady state. */
function isSteadyByPlan(scenario: Scenario): boolean {
  if (scenario.executor === 'ramping-vus') return false;
  return scenario.executor !== 'per-vu-iterations' || scenario.iterations > 1;
}

/** Users of a ramp come and go, and an arrival rate takes whoever is free: they are not meant to get the same. */
function isEvenByPlan({ executor }: Scenario): boolean {
  return executor !== 'ramping-vus' && executor !== 'constant-arrival-rate';
}

function findLastStartMs(attempts: Measurement['attempts']): number {
  let lastMs = 0;
  for (const { started_ms } of attempts) lastMs = Math.max(lastMs, started_ms);
  return lastMs;
}

function encodeHistogram(samplesMs: Iterable<number>): string {
  return encodeLatencyHistogram(buildLatencyHistogram(samplesMs));
}
