import type { BlackBox, Report } from '../../../contract/report.ts';
import type { Distribution } from '../../../contract/run.ts';
import { isAtLeast, type LatencyStatistic, markAtLeast } from '../at-least.ts';
import { computeCost, type Spent } from '../describe-cost.ts';
import {
  chooseTimeUnit,
  formatCount,
  formatFigure,
  formatMsIn,
  noSample,
  toMiBFigure,
  toPercentFigure,
  toWholeMiB,
} from '../format.ts';
import { table } from './markdown.ts';

type Figure = readonly [name: string, value: string, n: string];

/** What the workload asks for, then what else was measured; n beside each sample. Narrow enough for a phone. */
export function renderFigures(report: Report): string {
  return [
    table(['Required', 'value', 'n'], listRequired(report), 'lrr'),
    table(['Beside it', 'value', 'n'], listFurther(report), 'lrr'),
  ].join('\n\n');
}

function listRequired(report: Report): Figure[] {
  const { metrics } = report.black_box;
  const requests = formatCount(metrics.total_requests);
  const duration = chooseTimeUnit(metrics.duration_seconds * 1_000);
  return [
    ['Throughput (MiB/s)', `**${toMiBFigure(metrics.throughput.bytes_per_second)}**`, ''],
    describeLatency(report, 'Mean latency', 'mean'),
    describeLatency(report, 'Median latency', 'median'),
    describeLatency(report, 'p99 latency', 'p99'),
    describeLatency(report, 'Minimum latency', 'min'),
    describeLatency(report, 'Maximum latency', 'max'),
    ['Success rate (%)', toPercentFigure(metrics.success_rate), requests],
    [`Duration (${duration.name})`, formatMsIn(metrics.duration_seconds * 1_000, duration), ''],
    ['Whole bodies (B)', formatCount(metrics.total_bytes), formatCount(report.black_box.outcomes.ok ?? 0)],
  ];
}

function listFurther(report: Report): Figure[] {
  const { black_box, white_box } = report;
  const { metrics, connect, redirect, generator, throttled } = black_box;
  const requests = formatCount(metrics.total_requests);
  return [
    ['Successes (1/s)', formatFigure(metrics.throughput.requests_per_second), ''],
    describeLatency(report, 'p90 latency', 'p90'),
    describeLatency(report, 'p95 latency', 'p95'),
    ...listResponseTimes(report),
    ...(throttled === 0 ? [] : [['Throttled', formatCount(throttled), requests] satisfies Figure]),
    describeTime('First byte, mean', metrics.first_byte, 'mean_ms'),
    describeTime('First byte, p99', metrics.first_byte, 'p99_ms'),
    describeTime('Connecting, mean', connect, 'mean_ms'),
    ...(redirect
      ? [describeTime('Redirect, mean', redirect, 'mean_ms'), describeTime('Redirect, p99', redirect, 'p99_ms')]
      : []),
    describeSpent('Service cost', white_box, black_box),
    ['Service memory, peak (MiB)', white_box === null ? noSample : toWholeMiB(white_box.peak_rss_bytes), ''],
    describeSpent('Client cost', generator, black_box),
  ];
}

/** Of the open model: from when the requests were due. */
function listResponseTimes({ black_box: { response_time, dropped_iterations } }: Report): Figure[] {
  if (response_time === null) return [];
  const statistics = ['mean', 'median', 'p95', 'p99'] as const;
  return [
    ...statistics.map((statistic): Figure => {
      const ms = response_time[`${statistic}_ms`];
      const unit = chooseTimeUnit(ms);
      const figure = markAtLeast(formatMsIn(ms, unit), isAtLeast(response_time, statistic));
      return [`Response time, ${statistic} (${unit.name})`, figure, formatCount(response_time.count)];
    }),
    ['Dropped, never sent', formatCount(dropped_iterations), ''],
  ];
}

/** All latencies in the unit of the greatest, so that they compare at a glance. */
function describeLatency({ black_box }: Report, name: string, statistic: LatencyStatistic): Figure {
  const { latency } = black_box.metrics;
  const unit = chooseTimeUnit(latency.max_ms);
  const figure = formatMsIn(latency[`${statistic}_ms`], unit);
  return [
    `${name} (${unit.name})`,
    markAtLeast(figure, isAtLeast(latency, statistic)),
    formatCount(latency.count),
  ];
}

function describeTime(name: string, distribution: Distribution, statistic: 'mean_ms' | 'p99_ms'): Figure {
  const unit = chooseTimeUnit(distribution.p99_ms);
  return [`${name} (${unit.name})`, formatMsIn(distribution[statistic], unit), formatCount(distribution.count)];
}

function describeSpent(name: string, spent: Spent | null, blackBox: BlackBox): Figure {
  const { figure, unit } = computeCost(spent, blackBox);
  return [`${name} (${unit})`, figure === null ? noSample : formatFigure(figure), ''];
}
