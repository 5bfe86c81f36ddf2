import type { Histogram } from 'hdr-histogram-js';
import type { BlackBox, Report } from '../../contract/report.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';
import { listLatenciesMs, listResponseTimesMs, listStartDelaysMs } from '../metrics/attempt-times.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import { buildIntervalSeries } from '../metrics/interval-series.ts';
import { buildLatencyHistogram, decodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import { measureFairness } from '../metrics/measure-fairness.ts';
import { summariseRequests } from '../metrics/summarise-requests.ts';
import { evaluateThresholds } from '../thresholds/evaluate-thresholds.ts';
import { findThreshold } from '../thresholds/parse-threshold.ts';
import { readFinalMetrics } from '../thresholds/read-final-metrics.ts';
import { checkDigests, checkLengths, checkLengthsOfAll, headerCheckPrefix } from './build-checks.ts';
import { countDropped } from './count-planned.ts';
import { describeAttempts } from './describe-attempts.ts';
import { judgeRun } from './judge-run.ts';
import { listFailures } from './list-failures.ts';

/** Of a figure: what sums in another order may differ by. */
const tolerance = 1e-9;

/**
 * The first figure of a report that does not follow from its ledger, with both values; null when all do. Covers what
 * the ledger tells: metrics, outcomes, latencies, series, fairness, checks of bodies, thresholds, and that wrong bytes
 * make it invalid.
 */
export function findContradiction(report: Report, attempts: AttemptLog): string | null {
  const { black_box } = report;
  return (
    findDifference('black_box', ...compareFigures(black_box, attempts)) ??
    findDifference('black_box.response_time', ...compareResponseTimes(black_box, attempts)) ??
    findDifference('black_box', ...compareLaterFigures(black_box, attempts)) ??
    findDifference('black_box', ...compareHistograms(black_box, attempts)) ??
    findDifference('ledger.rows', report.ledger.rows, attempts.length) ??
    findDifference('checks', ...compareChecks(report, attempts)) ??
    findDifference('thresholds', ...compareThresholds(report, attempts)) ??
    findDifference('verdict', ...compareVerdicts(report, attempts))
  );
}

type Pair = [reported: unknown, derived: unknown];

/** Older reports have no kinds of requests; examples of failures are words, which may change. */
function compareFigures(blackBox: BlackBox, attempts: AttemptLog): Pair {
  const { metrics, connect, redirect, mean_over_makespan, outcomes, throttled, request_kinds } = blackBox;
  const derived = describeAttempts(attempts);
  const nameKinds = (kinds: BlackBox['request_kinds']) => JSON.stringify(kinds.map(({ request }) => request));
  const isOlder = nameKinds(request_kinds) !== nameKinds(derived.request_kinds);
  const kinds = isOlder ? summariseRequests(attempts, 'requests') : derived.request_kinds;
  const reported = { metrics, connect, redirect, mean_over_makespan, outcomes, throttled };
  const count = (failures: BlackBox['failures']) => failures.map(({ example: _, ...failure }) => failure);
  return [
    {
      ...reported,
      request_kinds: request_kinds.length > 0 ? request_kinds : kinds,
      failures: count(blackBox.failures),
    },
    { ...derived, request_kinds: kinds, failures: count(listFailures(attempts)) },
  ];
}

function compareResponseTimes({ response_time }: BlackBox, attempts: AttemptLog): Pair {
  const { censored } = describeAttempts(attempts).metrics.latency;
  return [response_time, response_time && { ...describeDistribution(listResponseTimesMs(attempts)), censored }];
}

/** What older reports lack, and what not every load has, is null in them and not compared. */
function compareLaterFigures({ series, fairness, start_delay }: BlackBox, attempts: AttemptLog): Pair {
  return [
    { series, fairness, start_delay },
    {
      series: series && buildIntervalSeries(attempts, series.interval_ms),
      fairness: fairness && measureFairness(attempts),
      start_delay: start_delay && describeDistribution(listStartDelaysMs(attempts)),
    },
  ];
}

function compareHistograms(blackBox: BlackBox, attempts: AttemptLog): Pair {
  const { latency_histogram, response_time_histogram: response } = blackBox;
  return [
    {
      latency_histogram: describeHistogram(decodeLatencyHistogram(latency_histogram)),
      response_time_histogram: response && describeHistogram(decodeLatencyHistogram(response)),
    },
    {
      latency_histogram: describeHistogram(buildLatencyHistogram(listLatenciesMs(attempts))),
      response_time_histogram:
        response && describeHistogram(buildLatencyHistogram(listResponseTimesMs(attempts))),
    },
  ];
}

/** What is read of a histogram are its percentiles. */
function describeHistogram(histogram: Histogram) {
  return {
    samples: histogram.totalCount,
    percentiles: Array.from({ length: 101 }, (_, percentile) => histogram.getValueAtPercentile(percentile)),
  };
}

function compareChecks({ checks }: Report, attempts: AttemptLog): Pair {
  const ofAll = checkLengthsOfAll(attempts);
  const isOlder = checks.find(({ name }) => name === ofAll.name)?.total === ofAll.total;
  const derived = [isOlder ? ofAll : checkLengths(attempts), checkDigests(attempts)];
  const count = (all: Report['checks'], name: string) => {
    const check = all.find((one) => one.name === name);
    return { passed: check?.passed, total: check?.total };
  };
  const pick = (all: Report['checks']) =>
    Object.fromEntries(derived.map(({ name }) => [name, count(all, name)]));
  return [pick(checks), pick(derived)];
}

/** But those about bytes on the wire, of which a ledger does not have all, and those of another grammar. */
function compareThresholds(report: Report, attempts: AttemptLog): Pair {
  const known = report.thresholds
    .map(({ metric = '', ...result }) => ({ ...result, metric }))
    .filter((result) => ![undefined, 'data_received'].includes(findThreshold(result)?.metric));
  const checks = report.checks
    .filter(({ name }) => name.startsWith(headerCheckPrefix))
    .map(({ name, passed, total }) => ({ name, passes: passed, fails: total - passed }));
  const droppedIterations = countDropped(report.black_box.dropped_iterations, report.cut_short);
  const { metrics } = describeAttempts(attempts);
  const readings = readFinalMetrics({ attempts, droppedIterations, checks, wire: null }, metrics);
  return [known, evaluateThresholds(known, readings)];
}

function compareVerdicts({ verdict, checks, black_box }: Report, attempts: AttemptLog): Pair {
  const { identities } = black_box;
  const { value } = judgeRun({ attempts, identities, checks, missing: [] });
  return [verdict.value, value === 'invalid' ? value : verdict.value];
}

/** Numbers to the tolerance, all else exactly. */
function findDifference(name: string, reported: unknown, derived: unknown): string | null {
  if (isGroup(reported) && isGroup(derived)) {
    for (const key of Object.keys({ ...derived, ...reported })) {
      const difference = findDifference(`${name}.${key}`, reported[key], derived[key]);
      if (difference !== null) return difference;
    }
    return null;
  }
  const isSame =
    typeof reported === 'number' && typeof derived === 'number'
      ? Math.abs(reported - derived) <= tolerance * Math.abs(derived)
      : reported === derived;
  return isSame ? null : `${name} is ${describe(reported)}, by its ledger ${describe(derived)}`;
}

function describe(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
