import { styleText } from 'node:util';
import type { Check, Report, ThresholdResult } from '../../contract/report.ts';
import type { Distribution, Metrics } from '../../contract/run.ts';
import { isAtLeast, type LatencyStatistic, markAtLeast } from './at-least.ts';
import { formatThresholdValue } from './describe-threshold.ts';
import {
  chooseTimeUnit,
  formatBytes,
  formatCount,
  formatFigure,
  formatMiB,
  formatMiBPerSecond,
  formatMs,
  formatSeconds,
} from './format.ts';
import { describeFailures, describeRun, nameVerdict } from './headline.ts';
import { figures, layOutGroups, prose, type Row } from './terminal-layout.ts';

/** The end of a bench, without the lines that say where the report lies. Colour is for the verdict and the marks. */
export function renderTerminalSummary(report: Report, { color }: { color: boolean }): string {
  const groups = [
    [...describeVerdict(report), figures('thresholds', report.thresholds.map(describeThreshold))],
    [
      figures('throughput', describeThroughput(report)),
      figures('latency', describeLatency(report)),
      figures('first byte', describeFirstByte(report)),
      ...describeRedirect(report),
      ...describeFailed(report),
      figures('checks', report.checks.filter(isWorthALook).map(describeCheck)),
      ...describeCost(report),
    ],
  ];
  const text = [...describeSubject(report), '', layOutGroups(groups)].join('\n');
  return color ? paint(text, report) : text;
}

function describeSubject(report: Report): string[] {
  const [scenario, load, delivery, backend] = describeRun(report);
  const emulated = report.fingerprint.environment.backend === 'aws' ? '' : ' (EMULATED)';
  return [
    `modelrig  ${scenario} · ${load} (${formatBytes(report.target.size_bytes)})`,
    `          ${delivery} · ${backend}${emulated}`,
  ];
}

/** A single reason stands beside the verdict, several below it. */
function describeVerdict(report: Report): Row[] {
  const reasons = [
    ...report.verdict.reasons,
    ...report.labels.map(({ label, reason }) => (report.labels.length > 1 ? `${label}: ${reason}` : reason)),
  ];
  const [only] = reasons;
  if (only === undefined || reasons.length > 1) {
    return [prose('VERDICT', nameVerdict(report)), ...reasons.map((reason) => prose('', reason))];
  }
  return [prose('VERDICT', `${nameVerdict(report)}: ${only}`)];
}

function describeThreshold(threshold: ThresholdResult): string {
  return `${mark(threshold.passed)} ${threshold.expression} (${formatThresholdValue(threshold)})`;
}

function describeThroughput({ black_box: { metrics } }: Report): string[] {
  return [
    formatMiBPerSecond(metrics.throughput.bytes_per_second),
    `${formatFigure(metrics.throughput.requests_per_second)} downloads/s`,
    `${formatBytes(metrics.total_bytes)} in ${formatSeconds(metrics.duration_seconds)}`,
  ];
}

function describeLatency({ black_box: { metrics } }: Report): string[] {
  const { latency } = metrics;
  if (latency.count === 0) return ['no request succeeded or timed out'];
  const unit = chooseTimeUnit(latency.max_ms);
  const statistics = ['mean', 'median', 'p90', 'p95', 'p99', 'min', 'max'] as const;
  return [
    ...statistics.map((statistic: LatencyStatistic) => {
      const figure = formatMs(latency[`${statistic}_ms`], unit);
      return `${statistic} ${markAtLeast(figure, isAtLeast(latency, statistic))}`;
    }),
    `(n = ${formatCount(latency.count)}${describeCensored(latency)})`,
  ];
}

function describeCensored({ count, censored }: Metrics['latency']): string {
  if (censored === 0) return '';
  return censored === count ? ', all timeouts' : `, ${formatCount(censored)} of them timeouts`;
}

function describeFirstByte({ black_box: { metrics, connect } }: Report): string[] {
  const { first_byte, latency } = metrics;
  const isPartial = first_byte.count > 0 && first_byte.count < latency.count;
  return [
    ...(first_byte.count === 0 ? ['none came'] : describePair('', first_byte)),
    ...(isPartial ? [`(n = ${formatCount(first_byte.count)}, the others saw none)`] : []),
    ...(connect.count === 0 ? ['no connection'] : describePair('connect ', connect)),
  ];
}

function describeRedirect({ black_box: { redirect } }: Report): Row[] {
  if (!redirect) return [];
  return [
    figures('redirect', [
      ...describePair('', redirect),
      `(n = ${formatCount(redirect.count)}, bodies from S3)`,
    ]),
  ];
}

function describePair(name: string, { mean_ms, p99_ms }: Distribution): string[] {
  return [`${name}mean ${formatMs(mean_ms)}`, `p99 ${formatMs(p99_ms)}`];
}

function describeFailed({ black_box: { metrics, failures } }: Report): Row[] {
  const [first] = failures;
  if (first === undefined) return [];
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  return [
    prose(
      'failed',
      `${formatCount(failed)} of ${formatCount(metrics.total_requests)}: ${describeFailures(failures)}`,
    ),
    prose('', `such as ${first.example}`),
  ];
}

/** The strategy stands in the heading: only that it is a wrong one is news. */
function isWorthALook({ name, passed, total }: Check): boolean {
  return name !== 'delivery' || passed < total;
}

function describeCheck({ name, passed, total }: Check): string {
  if (total === 0) return `– ${name} not compared`;
  const sign = mark(passed === total);
  if (name === 'counters') return `${sign} counters client ${passed === total ? '=' : '≠'} service`;
  return `${sign} ${name} ${formatCount(passed)}/${formatCount(total)}`;
}

function describeCost({ white_box, black_box: { generator } }: Report): Row[] {
  const perGigabyte = (cpuSeconds: number | null) =>
    cpuSeconds === null ? [] : [`${formatFigure(cpuSeconds)} CPU-s/GB`];
  return [
    ...(white_box === null
      ? []
      : [
          figures('service', [
            ...perGigabyte(white_box.cpu_seconds_per_gb),
            `${formatFigure(white_box.cpu_seconds)} CPU-s`,
            `peak ${formatMiB(white_box.peak_rss_bytes)}`,
          ]),
        ]),
    figures('client', [
      ...perGigabyte(generator.cpu_seconds_per_gb),
      `${formatFigure(generator.cpu_seconds)} CPU-s`,
      `peak ${formatMiB(generator.peak_rss_bytes)}`,
      `timestamps ± ${formatMs(generator.timestamp_uncertainty_ms)}`,
    ]),
  ];
}

function mark(passed: boolean): string {
  return passed ? '✓' : '✗';
}

const verdictColors = { valid: 'green', incomplete: 'yellow', invalid: 'red' } as const;

function paint(text: string, { verdict }: Report): string {
  const stain = (format: 'green' | 'yellow' | 'red', part: string) =>
    styleText(format, part, { validateStream: false });
  return text
    .replace(
      `  VERDICT     ${verdict.value}`,
      `  VERDICT     ${stain(verdictColors[verdict.value], verdict.value)}`,
    )
    .replaceAll('✓', stain('green', '✓'))
    .replaceAll('✗', stain('red', '✗'));
}
