import type { Report } from '../../contract/report.ts';
import { isAtLeast, type LatencyStatistic } from '../report/at-least.ts';

/** A figure of a run that may be held against that of another one. */
export interface ComparedMetric {
  readonly name: string;
  readonly title: string;
  /** Of `read`, as documents carry it. */
  readonly unit: 'B/s' | 's' | 'ms' | '1/s' | '%' | 'CPU-s/GB' | 'B' | '';
  readonly better: 'higher' | 'lower';
  /** Whether an experiment may be decided by it: a mean latency turns worse where all bytes arrive sooner. */
  readonly mayDecide: boolean;
  /** Null where the run has no such figure. */
  readonly read: (report: Report) => number | null;
  /** Whether the figure includes requests that their deadline cut off. */
  readonly isAtLeast?: (report: Report) => boolean;
}

/** In the order in which they are shown. */
export const comparedMetrics: readonly ComparedMetric[] = [
  {
    name: 'goodput',
    title: 'goodput: verified bytes by the end or the deadline',
    unit: 'B/s',
    better: 'higher',
    mayDecide: true,
    read: ({ black_box }) => black_box.metrics.throughput.bytes_per_second,
  },
  {
    name: 'requests_per_second',
    title: 'successes',
    unit: '1/s',
    better: 'higher',
    mayDecide: true,
    read: ({ black_box }) => black_box.metrics.throughput.requests_per_second,
  },
  {
    name: 'time_to_last_byte',
    title: 'time to the last byte',
    unit: 's',
    better: 'lower',
    mayDecide: true,
    read: ({ black_box: { metrics } }) => (metrics.total_requests === 0 ? null : metrics.duration_seconds),
    isAtLeast: hasTimeouts,
  },
  {
    name: 'success_rate',
    title: 'success rate',
    unit: '%',
    better: 'higher',
    mayDecide: true,
    read: ({ black_box: { metrics } }) => (metrics.total_requests === 0 ? null : metrics.success_rate),
  },
  describeLatency('mean'),
  describeLatency('median'),
  describeLatency('p99'),
  describeFirstByte('mean', 'mean_ms'),
  describeFirstByte('p99', 'p99_ms'),
  {
    name: 'server_cpu_seconds_per_gb',
    title: "service's CPU time",
    unit: 'CPU-s/GB',
    better: 'lower',
    mayDecide: true,
    read: ({ white_box }) => white_box?.cpu_seconds_per_gb ?? null,
  },
  {
    name: 'server_peak_rss_bytes',
    title: "service's peak memory",
    unit: 'B',
    better: 'lower',
    mayDecide: true,
    read: ({ white_box }) => white_box?.peak_rss_bytes ?? null,
  },
  {
    name: 'client_cpu_seconds_per_gb',
    title: "load generator's CPU time",
    unit: 'CPU-s/GB',
    better: 'lower',
    mayDecide: false,
    read: ({ black_box }) => black_box.generator.cpu_seconds_per_gb,
  },
];

/** @throws {Error} listing the names that there are. */
export function findMetric(name: string): ComparedMetric {
  const metric = comparedMetrics.find((candidate) => candidate.name === name);
  if (metric) return metric;
  const names = comparedMetrics.map((candidate) => candidate.name).join(', ');
  throw new Error(`There is no metric "${name}"; allowed: ${names}.`);
}

function describeLatency(statistic: LatencyStatistic & ('mean' | 'median' | 'p99')): ComparedMetric {
  return {
    name: `latency_${statistic}`,
    title: `latency, ${statistic}`,
    unit: 'ms',
    better: 'lower',
    mayDecide: false,
    read: ({ black_box }) => black_box.metrics.latency[`${statistic}_ms`],
    isAtLeast: ({ black_box }) => isAtLeast(black_box.metrics.latency, statistic),
  };
}

/** Only of answers that came: where few did, they are the fast ones. */
function describeFirstByte(statistic: string, field: 'mean_ms' | 'p99_ms'): ComparedMetric {
  return {
    name: `first_byte_${statistic}`,
    title: `time to first byte, ${statistic}`,
    unit: 'ms',
    better: 'lower',
    mayDecide: false,
    read: ({ black_box }) => black_box.metrics.first_byte[field],
    isAtLeast: ({ black_box: { metrics } }) => metrics.first_byte.count < metrics.latency.count,
  };
}

function hasTimeouts({ black_box }: Report): boolean {
  return (black_box.outcomes.timeout ?? 0) > 0;
}
