import { suggest } from '../scenario/suggest.ts';
import {
  isThresholdMetric,
  statisticsByKind,
  type ThresholdMetric,
  thresholdMetrics,
} from './threshold-metrics.ts';

const comparisons = ['<', '<=', '>', '>=', '==', '!='] as const;
export type Comparison = (typeof comparisons)[number];

export type Statistic =
  | { readonly name: 'avg' | 'min' | 'med' | 'max' | 'count' | 'rate' | 'value' }
  | { readonly name: 'p'; readonly percentile: number };

export interface Threshold {
  readonly metric: ThresholdMetric;
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  readonly limit: number;
}

/** What a scenario says of a threshold. In a list, the expression names the metric itself. */
export interface WrittenThreshold {
  readonly metric: string;
  readonly expression: string;
  /** Comes with the executor, not from the scenario. */
  readonly implied?: true | undefined;
}

/**
 * Reads k6's `statistic comparison number`, its `===` as `==`. In a list, `success_rate == 100` names a metric with
 * one figure alone, and `p(99) < 300` is about `http_req_duration`.
 * @throws {Error} naming the expression, what is wrong with it and what is allowed.
 */
export function parseThreshold(written: WrittenThreshold): Threshold {
  refuseSelector(written);
  const parts = /^\s*([a-z_]+(?:\(\s*[\d.]+\s*\))?)\s*([<>=!]+)\s*(\S+)\s*$/.exec(written.expression);
  if (parts === null) {
    throw refuse(written, 'a statistic, a comparison and a number, such as "p(99) < 300000"');
  }
  const [, subject = '', symbol = '', number = ''] = parts;
  const metric = findMetric(written, subject);
  const statistic = findStatistic(written, metric, subject);
  const comparison = comparisons.find((one) => one === symbol || (one === '==' && symbol === '==='));
  if (comparison === undefined) throw refuse(written, `the comparisons ${comparisons.join(' ')}`);
  const limit = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number) ? Number(number) : Number.NaN;
  if (!Number.isFinite(limit)) throw refuse(written, `a number instead of "${number}"`);
  return { metric, statistic, comparison, limit };
}

/** Null where it cannot be read: a report outlives the grammar that it was written in. */
export function findThreshold(written: WrittenThreshold): Threshold | null {
  try {
    return parseThreshold(written);
  } catch {
    return null;
  }
}

/**
 * Reads all, so that a faulty one is known before any load.
 * @throws {Error} with the faults of all, a line each.
 */
export function parseThresholds(written: readonly WrittenThreshold[]): Threshold[] {
  const faults = findThresholdFaults(written);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return written.map(parseThreshold);
}

/** What cannot be read, a clause each; the metrics that there are are listed once. */
export function findThresholdFaults(written: readonly WrittenThreshold[]): string[] {
  let lacksMetric = false;
  const faults = written.flatMap((threshold) => {
    try {
      parseThreshold(threshold);
      return [];
    } catch (error) {
      lacksMetric ||= error instanceof UnknownMetricError;
      return [(error as Error).message];
    }
  });
  return lacksMetric ? [...faults, `the metrics are ${Object.keys(thresholdMetrics).join(', ')}`] : faults;
}

class UnknownMetricError extends Error {}

/** k6's `http_req_duration{name:x}`: requests have no tags of their own here. */
function refuseSelector(written: WrittenThreshold): void {
  const [, metric, selector] =
    /^\s*([a-z_]+)(\{.*\})/i.exec(written.metric) ?? /^\s*([a-z_]+)(\{.*\})/i.exec(written.expression) ?? [];
  if (selector === undefined) return;
  throw refuse(written, `${metric} without "${selector}": there are no tag selectors`);
}

function findMetric(written: WrittenThreshold, subject: string): ThresholdMetric {
  if (isThresholdMetric(written.metric)) return written.metric;
  const isFromList = subject.startsWith(written.metric);
  if (isFromList && readStatistic('trend', subject) !== null) return 'http_req_duration';
  const metric = written.metric === '' ? subject : written.metric;
  const advice = Object.hasOwn(insteadOfMetric, metric) ? insteadOfMetric[metric] : undefined;
  const hint = advice === undefined ? suggest(metric, Object.keys(thresholdMetrics)) : `: ${advice}`;
  throw new UnknownMetricError(
    `the threshold "${written.expression}" is about ${metric}, no metric here${hint}`,
  );
}

/** k6's metrics that are none here, each with what stands for it. */
const insteadOfMetric: Readonly<Record<string, string>> = {
  iteration_duration:
    'an iteration is one request; use http_req_duration, or response_time from when it was due',
  http_req_receiving: 'http_req_duration is all of the time, http_req_waiting that until the first byte',
  http_req_sending: 'requests have no body that would take time; use http_req_waiting',
  http_req_blocked: 'no client waits for a free connection; use http_req_connecting',
  http_req_tls_handshaking: 'the handshake is in http_req_connecting',
  vus: 'the scenario says how many clients there are',
  vus_max: 'the scenario says how many clients there are',
  data_sent: 'requests have no body; use http_reqs',
};

function findStatistic(written: WrittenThreshold, metric: ThresholdMetric, subject: string): Statistic {
  const kind = thresholdMetrics[metric];
  if (subject === metric && kind === 'gauge') return { name: 'value' };
  if (subject === metric && kind === 'rate') return { name: 'rate' };
  const statistic = readStatistic(kind, subject);
  if (statistic === null) throw refuse(written, `for ${metric}: ${listStatistics(kind)}`);
  return statistic;
}

function readStatistic(kind: keyof typeof statisticsByKind, subject: string): Statistic | null {
  const [, digits] = /^p\(\s*(\d+(?:\.\d+)?)\s*\)$/.exec(subject) ?? [];
  if (digits !== undefined) {
    const percentile = Number(digits);
    return kind === 'trend' && percentile <= 100 ? { name: 'p', percentile } : null;
  }
  const name = statisticsByKind[kind].find((one) => one === subject);
  return name === undefined || name === 'p(N)' ? null : { name };
}

function listStatistics(kind: keyof typeof statisticsByKind): string {
  const range = kind === 'trend' ? ' with N from 0 to 100' : '';
  return `${statisticsByKind[kind].join(', ')}${range}`;
}

function refuse({ metric, expression }: WrittenThreshold, allowed: string): Error {
  const owner = metric !== '' && !expression.trimStart().startsWith(metric) ? ` of ${metric}` : '';
  return new Error(`the threshold "${expression}"${owner} cannot be read; allowed: ${allowed}`);
}
