import { styleText } from 'node:util';
import type { Check, Report, ThresholdResult } from '../../contract/report.ts';
import type { Distribution, Metrics } from '../../contract/run.ts';
import { isAtLeast, type LatencyStatistic, markAtLeast } from './at-least.ts';
import { describeEmulation, listDraftReasonsInShort } from './caveats.ts';
import { describeCost, hasSmallBodies } from './describe-cost.ts';
import { describeCut, describeDrain } from './describe-load.ts';
import { describeLost } from './describe-lost.ts';
import { describeThresholdValue, nameThreshold } from './describe-threshold.ts';
import {
  chooseTimeUnit,
  formatBytes,
  formatCount,
  formatCountOf,
  formatFigure,
  formatMiBPerSecond,
  formatMs,
  formatPercent,
  formatSeconds,
} from './format.ts';
import { describeFailures, describeRun, isDownloadOfTarget, nameVerdict } from './headline.ts';
import { partNames } from './name-part.ts';
import { resourceNames } from './name-resource.ts';
import { figures, layOutGroups, prose, type Row, removeControls } from './terminal-layout.ts';

/** From this ratio of the longest to the shortest on, each latency has a unit of its own. */
const wideRatio = 20;
/** Of the mean request: less is among the others. */
const leastNamedShare = 0.04;

/**
 * The end of a bench, without the lines that say where the report lies. Colour is for the verdict and the marks. `doubt`
 * is why the figures were not recomputed.
 */
export function renderTerminalSummary(
  report: Report,
  { color, doubt = null }: { readonly color: boolean; readonly doubt?: string | null },
): string {
  const groups = [
    [
      ...describeVerdict(report),
      ...(doubt === null ? [] : [prose('', `not recomputed: ${doubt}`)]),
      ...describeStop(report),
      ...describeDraft(report),
      figures('thresholds', report.thresholds.map(describeThreshold)),
    ],
    [
      figures('throughput', describeThroughput(report)),
      figures('latency', describeLatency(report.black_box.metrics.latency)),
      ...describeResponseTime(report),
      figures('first byte', describeFirstByte(report)),
      ...describeRedirect(report),
      ...describeUnsent(report),
      ...describeFailed(report),
      figures('checks', describeChecks(report)),
      ...describeWhere(report),
      ...describeCost(report),
      ...describeRunners(report),
    ],
  ];
  const text = removeControls([...describeSubject(report), '', layOutGroups(groups)].join('\n'));
  return color ? paint(text, report) : text;
}

function describeSubject(report: Report): string[] {
  const [scenario, load, ...where] = describeRun(report);
  const { target, fingerprint } = report;
  const emulated = describeEmulation(fingerprint.environment) === null ? '' : ' (EMULATED)';
  const size = target !== null && isDownloadOfTarget(report) ? `(${formatBytes(target.size_bytes)})` : null;
  const first = `modelrig  ${scenario} · ${load}`;
  const rest = `${where.join(' · ')}${emulated}`;
  if (size === null) return [first, `          ${rest}`];
  if (`${first} ${size}`.length <= 80) return [`${first} ${size}`, `          ${rest}`];
  return [first, `          ${size} · ${rest}`];
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

function describeStop(report: Report): Row[] {
  const cut = describeCut(report);
  return [
    ...(report.stopped_because === null ? [] : [prose('stopped', `early: ${report.stopped_because}`)]),
    ...(cut === null ? [] : [prose('cut short', cut)]),
  ];
}

function describeDraft(report: Report): Row[] {
  const reasons = listDraftReasonsInShort(report);
  return reasons.length === 0 ? [] : [prose('DRAFT', reasons.join('; '))];
}

function describeThreshold(threshold: ThresholdResult): string {
  return `${mark(threshold.passed)} ${nameThreshold(threshold)} (${describeThresholdValue(threshold)})`;
}

function describeThroughput(report: Report): string[] {
  const { metrics, request_kinds } = report.black_box;
  const drain = describeDrain(report);
  const unit = request_kinds.every(({ request }) => request === 'download') ? 'downloads' : 'requests';
  const rates = [
    formatMiBPerSecond(metrics.throughput.bytes_per_second),
    `${formatFigure(metrics.throughput.requests_per_second)} ${unit}/s`,
  ];
  return [
    ...(hasSmallBodies(report.black_box) ? rates.toReversed() : rates),
    `${formatBytes(metrics.total_bytes)} in ${formatSeconds(metrics.duration_seconds)}`,
    ...(drain === null ? [] : [`(${drain})`]),
  ];
}

function describeLatency(latency: Metrics['latency']): string[] {
  if (latency.count === 0) return ['no request succeeded or timed out'];
  const isWide = (latency.max_ms ?? 0) > wideRatio * (latency.min_ms ?? 0);
  const unit = isWide ? undefined : chooseTimeUnit(latency.max_ms);
  const statistics = ['mean', 'median', 'p90', 'p95', 'p99', 'min', 'max'] as const;
  return [
    ...statistics.map((statistic: LatencyStatistic) => {
      const figure = formatMs(latency[`${statistic}_ms`], unit);
      return `${statistic} ${markAtLeast(figure, isAtLeast(latency, statistic))}`;
    }),
    `(n = ${formatCount(latency.count)}${describeCensored(latency)})`,
  ];
}

/** Of the open model: latencies from when the requests were due. */
function describeResponseTime({ black_box: { response_time } }: Report): Row[] {
  return response_time === null ? [] : [figures('response', describeLatency(response_time))];
}

/** What the service asked to be spared, and what could not be sent in time. */
function describeUnsent({ black_box }: Report): Row[] {
  const { dropped_iterations, throttled, start_delay, metrics } = black_box;
  const sent = metrics.total_requests;
  return [
    ...(start_delay === null
      ? []
      : [
          figures('sent', [
            `${formatCount(sent)} of ${formatCount(sent + dropped_iterations)} due`,
            `${formatCount(dropped_iterations)} dropped`,
            ...(start_delay.count === 0 ? [] : [`starts late by p99 ${formatMs(start_delay.p99_ms)}`]),
          ]),
        ]),
    ...(throttled === 0
      ? []
      : [
          prose(
            'throttled',
            `${formatCount(throttled)} of ${formatCount(sent)} asked to come back later (429 or 503 with Retry-After)`,
          ),
        ]),
  ];
}

function describeCensored({ count, censored }: Metrics['latency']): string {
  if (censored === 0) return '';
  return censored === count ? ', all timeouts' : `, ${formatCountOf(censored, 'timeout')} among them`;
}

function describeFirstByte({ black_box: { metrics, connect, failures } }: Report): string[] {
  const { first_byte, latency } = metrics;
  const isSilence = failures.every(({ outcome }) => outcome === 'connect_failed' || outcome === 'timeout');
  const isPartial = first_byte.count > 0 && first_byte.count < latency.count;
  return [
    ...(first_byte.count === 0 ? [isSilence ? 'none came' : 'of no success'] : describePair('', first_byte)),
    ...(isPartial ? [`(n = ${formatCount(first_byte.count)}, the others saw none)`] : []),
    ...(connect.count === 0 ? ['no connection'] : describePair('connect ', connect)),
  ];
}

/** Where a redirect leads is known of our own strategy alone, and only when it led to bodies. */
function describeRedirect({ black_box: { redirect, outcomes }, fingerprint }: Report): Row[] {
  if (!redirect) return [];
  const isOfStore = fingerprint.subject.delivery === 'redirected' && (outcomes.ok ?? 0) > 0;
  const count = `n = ${formatCount(redirect.count)}${isOfStore ? ', bodies from S3' : ''}`;
  return [figures('redirect', [...describePair('', redirect), `(${count})`])];
}

function describePair(name: string, { mean_ms, p99_ms }: Distribution): string[] {
  return [`${name}mean ${formatMs(mean_ms)}`, `p99 ${formatMs(p99_ms)}`];
}

/** A throttled request is none: the service asked for patience. */
function describeFailed({ black_box: { metrics, failures: all } }: Report): Row[] {
  const failures = all.filter(({ outcome }) => outcome !== 'throttled');
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

/** The largest parts of the mean request, and whom they accuse. */
function describeWhere({ white_box }: Report): Row[] {
  const attribution = white_box?.attribution ?? null;
  if (attribution === null) return [];
  const { parts, mean_ms, verdict, suspects, reason } = attribution;
  const largest = parts
    .filter((one) => one.mean_ms > 0 && one.mean_ms >= leastNamedShare * mean_ms)
    .toSorted((one, other) => other.mean_ms - one.mean_ms)
    .slice(0, 4);
  const named = largest.reduce((sum, one) => sum + one.mean_ms, 0);
  const share = (ms: number) => formatPercent(Math.round((100 * ms) / mean_ms));
  return [
    figures('where', [
      ...(largest.length === 0 ? ['no part took any time'] : []),
      ...largest.map((one) => `${partNames[one.part]} ${share(one.mean_ms)}`),
      ...(named > 0 && mean_ms - named >= 0.005 * mean_ms ? [`other ${share(mean_ms - named)}`] : []),
    ]),
    ...(verdict === 'suspect'
      ? suspects.flatMap(({ resource, statement, knob }, index) => [
          prose(index === 0 ? 'suspect' : '', `${resourceNames[resource]}: ${statement}`),
          prose('', `would move: ${knob}`),
        ])
      : [prose('suspect', `${verdict}: ${reason}`)]),
  ];
}

function describeChecks(report: Report): string[] {
  const { interrupted = 0 } = report.black_box.outcomes;
  return [
    ...report.checks
      .filter((check) => isWorthALook(check, report))
      .map((check) => describeCheck(check, report)),
    ...(interrupted === 0 ? [] : [`– ${formatCount(interrupted)} interrupted`]),
  ];
}

/**
 * The strategy stands in the heading, as does that a target has no telemetry: only that one is wrong is news. Not every
 * load has identities.
 */
function isWorthALook({ name, passed, total }: Check, { fingerprint }: Report): boolean {
  if (name === 'identities') return total > 0;
  if (name === 'residence') return passed < total;
  if (name === 'counters') return fingerprint.environment.backend !== 'unavailable';
  return name !== 'delivery' || passed < total;
}

function describeCheck({ name, passed, total }: Check, report: Report): string {
  if (total === 0) return `– ${name === 'digest' ? describeUnhashed(report) : `${name} not compared`}`;
  const sign = mark(passed === total);
  if (name === 'counters') return `${sign} counters client ${passed === total ? '=' : '≠'} service`;
  if (name === 'store') return `${sign} service ${passed === total ? '=' : '≠'} store`;
  return `${sign} ${name} ${formatCount(passed)}/${formatCount(total)}`;
}

/** Of many models the report has no digests: where nothing came whole, that is the reason. */
function describeUnhashed(report: Report): string {
  const { target, black_box } = report;
  const isKnown =
    target === null ? !black_box.outcomes.ok : target.digest !== null && isDownloadOfTarget(report);
  return isKnown ? 'digest: none hashed' : 'no digest to compare';
}

function mark(passed: boolean): string {
  return passed ? '✓' : '✗';
}

/** Of a load that several runners drove. */
function describeRunners({ runners }: Report): Row[] {
  if (runners === null) return [];
  const { statement, complete, start_skew_ms, absent } = runners;
  return [
    prose('runners', `${mark(complete)} ${statement}; started within ${formatMs(start_skew_ms)}`),
    ...(absent.length === 0
      ? []
      : [
          prose(
            '',
            `${formatCount(absent.length)} of ${formatCount(runners.asked)} did not come: ${describeLost(absent)}`,
          ),
        ]),
  ];
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
