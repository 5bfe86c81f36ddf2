import type { Report } from '../../contract/report.ts';
import type { Distribution } from '../../contract/run.ts';
import { decodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import { passes } from '../thresholds/evaluate-thresholds.ts';
import { findThreshold } from '../thresholds/parse-threshold.ts';

/** Of a figure that follows from others: what rounding may take. */
const tolerance = 1e-6;

/** The first figure of a report that its other figures rule out, in words; null when they fit. Needs no ledger. */
export function findInconsistency(report: Report): string | null {
  const [first = null] = [
    ...findWrongCounts(report),
    ...findWrongRates(report),
    ...Object.entries({ ...report.black_box.metrics, ...report.black_box }).flatMap(([name, value]) =>
      isDistribution(value) ? findWrongOrder(name, value) : [],
    ),
    ...findWrongJudgements(report),
  ];
  return first;
}

function findWrongCounts({ black_box, ledger }: Report): string[] {
  const { metrics, outcomes, latency_histogram } = black_box;
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const samples = decodeLatencyHistogram(latency_histogram).totalCount;
  return [
    ...expect('the sum of the outcomes', ended, metrics.total_requests),
    ...expect('ledger.rows', ledger.rows, metrics.total_requests),
    ...expect('the number of samples in latency_histogram', samples, metrics.latency.count),
  ];
}

function findWrongRates({ black_box: { metrics, outcomes } }: Report): string[] {
  const { ok = 0, throttled = 0 } = outcomes;
  const { total_requests: total, duration_seconds: seconds, throughput } = metrics;
  const failed = total - ok - throttled;
  return [
    ...expect('success_rate', metrics.success_rate, total === 0 ? 0 : (100 * ok) / total),
    ...expect('error_rate', metrics.error_rate, total === 0 ? 100 : (100 * failed) / total),
    ...(seconds > 0
      ? [
          ...expect('requests_per_second', throughput.requests_per_second, ok / seconds),
          ...expect('bytes_per_second', throughput.bytes_per_second, metrics.total_bytes / seconds),
        ]
      : []),
  ];
}

function isDistribution(value: unknown): value is Distribution {
  return typeof value === 'object' && value !== null && 'median_ms' in value;
}

function findWrongOrder(name: string, distribution: Distribution): string[] {
  const { min_ms, mean_ms, max_ms } = distribution;
  const ascending = ['min', 'median', 'p90', 'p95', 'p99', 'max'] as const;
  return [
    ...ascending.slice(1).flatMap((statistic, index) => {
      const before = ascending[index] ?? 'min';
      return isAbove(distribution[`${before}_ms`], distribution[`${statistic}_ms`])
        ? [`${name}: ${before} is greater than ${statistic}`]
        : [];
    }),
    ...(isAbove(min_ms, mean_ms) ? [`${name}: min is greater than mean`] : []),
    ...(isAbove(mean_ms, max_ms) ? [`${name}: mean is greater than max`] : []),
  ];
}

function isAbove(one: number | null, other: number | null): boolean {
  return one !== null && other !== null && one > other * (1 + tolerance);
}

function findWrongJudgements({ thresholds, verdict, checks, black_box }: Report): string[] {
  const digests = checks.find(({ name }) => name === 'digest');
  const isWrong =
    (digests !== undefined && digests.passed < digests.total) ||
    black_box.identities.some(({ exact, holds }) => exact && !holds);
  return [
    ...thresholds.flatMap(({ metric = '', expression, value, passed }) => {
      const threshold = findThreshold({ metric, expression });
      const holds = threshold !== null && value !== null && passes(value, threshold);
      return threshold !== null && holds !== passed ? [`the threshold "${expression}" is judged wrongly`] : [];
    }),
    ...(isWrong && verdict.value !== 'invalid'
      ? [`the verdict is ${verdict.value} beside a failed check`]
      : []),
  ];
}

function expect(name: string, found: number, expected: number): string[] {
  const isSame = Math.abs(found - expected) <= tolerance * Math.abs(expected);
  return isSame ? [] : [`${name} is ${found}, by its other figures ${expected}`];
}
