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
 * @throws {Error} with the faults of all.
 */
export function parseThresholds(written: readonly WrittenThreshold[]): Threshold[] {
  const faults: string[] = [];
  const parsed = written.flatMap((threshold) => {
    try {
      return [parseThreshold(threshold)];
    } catch (error) {
      faults.push((error as Error).message);
      return [];
    }
  });
  if (faults.length > 0) throw new Error(faults.join(' '));
  return parsed;
}

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
  const names = Object.keys(thresholdMetrics).join(', ');
  throw refuse(written, `the metrics ${names}; for latencies also ${listStatistics('trend')}`);
}

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
  return new Error(`The threshold "${expression}"${owner} cannot be read; allowed: ${allowed}.`);
}
