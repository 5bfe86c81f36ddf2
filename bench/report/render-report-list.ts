import type { Report } from '../../contract/report.ts';
import {
  formatCount,
  formatFigure,
  formatMiBPerSecond,
  formatMs,
  formatPercent,
  formatSeconds,
  noSample,
  toMiBFigure,
} from './format.ts';
import { type MergedRates, mergeReports } from './merge-reports.ts';
import { figures, layOutGroups, prose, type Row, removeControls } from './terminal-layout.ts';

const header = ['run', 'right', 'MiB/s', 'median', 'p95', 'p99', 'verdict'];
/** Parts whose rates differ by more are not repetitions of the same. */
const alike = 1.25;
/** As much of a run's id as tells runs apart. */
export const idLength = 8;

/** Several reports: a line of figures for each, then the percentiles of all their requests, or why there are none. */
export function renderReportList(reports: readonly Report[]): string {
  const names = [...new Set(reports.map(({ scenario }) => scenario.name))].join(', ');
  const lines = [
    `modelrig  ${formatCount(reports.length)} reports · ${names}`,
    '',
    ...layOutTable([header, ...reports.map(describeReport)]),
    '',
    layOutGroups([[figures('labels', listLabels(reports))], renderMerged(reports)]),
  ];
  return removeControls(lines.join('\n'));
}

function describeReport(report: Report): string[] {
  const { metrics, outcomes } = report.black_box;
  const { median_ms, p95_ms, p99_ms } = metrics.latency;
  return [
    report.run_id.slice(0, idLength),
    `${formatCount(outcomes.ok ?? 0)}/${formatCount(metrics.total_requests)}`,
    toMiBFigure(metrics.throughput.bytes_per_second),
    ...[median_ms, p95_ms, p99_ms].map((ms) => formatMs(ms)),
    report.verdict.value,
  ];
}

/** The first and the last column to the left, figures to the right. */
function layOutTable(rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const isText = column === 0 || column === row.length - 1;
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join('   ')
      .replace(/^/, '  ')
      .trimEnd(),
  );
}

/** How many of them have a label that limits what their figures mean. */
function listLabels(reports: readonly Report[]): string[] {
  const all = reports.flatMap(({ labels }) => labels.map(({ label }) => label));
  const names = [...new Set(all)].sort();
  if (names.length === 0) return ['none'];
  return names.map((name) => `${name} ${all.filter((label) => label === name).length} of ${reports.length}`);
}

function renderMerged(reports: readonly Report[]): Row[] {
  const merged = mergeReports(reports);
  if (merged.kind === 'refused') return [prose('not merged', merged.reason)];
  const { histogram, statement, rates } = merged;
  const { totalCount } = histogram;
  const percentile = (percent: number) =>
    totalCount === 0 ? noSample : formatMs(histogram.getValueAtPercentile(percent) / 1_000);
  return [
    prose('merged', statement),
    figures('throughput', [
      formatMiBPerSecond(rates.bytesPerSecond),
      `${formatFigure(rates.requestsPerSecond)} requests/s`,
      `in ${formatSeconds(rates.seconds)} of all parts together`,
    ]),
    figures('success', [formatPercent(rates.successRate)]),
    figures('latency', [
      `median ${percentile(50)}`,
      ...[90, 95, 99, 99.9].map((percent) => `p${percent} ${percentile(percent)}`),
      `(n = ${formatCount(totalCount)})`,
    ]),
    ...describeSpread(rates),
  ];
}

function describeSpread({ parts: { fewestBytesPerSecond, mostBytesPerSecond } }: MergedRates): Row[] {
  if (mostBytesPerSecond <= alike * fewestBytesPerSecond) return [];
  const range = `${toMiBFigure(fewestBytesPerSecond)} to ${formatMiBPerSecond(mostBytesPerSecond)}`;
  return [
    prose('differ', `the parts got ${range}, more than a quarter apart: the merged figures are those of none`),
  ];
}
