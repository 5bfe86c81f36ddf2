import type { Attempt } from '../../../contract/ledger.ts';
import type { ReceivedSeries } from '../../../contract/report.ts';
import { findSpanMs } from '../../metrics/attempt-times.ts';
import { nearestRank } from '../../metrics/distribution.ts';
import { collectSorted } from '../../metrics/sorted-samples.ts';
import { countOutcomes } from '../../metrics/summarise-attempts.ts';
import { buildTimeSeries, type TimeSeriesPoint } from '../../metrics/time-series.ts';
import { smallBodyBytes } from '../describe-cost.ts';
import {
  chooseTimeUnit,
  formatCount,
  formatMiBPerSecond,
  formatMs,
  type TimeUnit,
  toMebibytes,
} from '../format.ts';
import { type DensityPanel, densityHeight, renderDensity } from './density-panel.ts';
import { createTimeScale, type Scale } from './scale.ts';
import { element, line, plotWidth, renderSvg, text } from './svg.ts';
import { renderTimelinePanel } from './timeline-panel.ts';
import { measureWaterfall, renderWaterfall } from './waterfall-panel.ts';

const frame = { left: 50, right: plotWidth - 16 };
const throughput = { top: 52, bottom: 116 };
const inFlight = { top: 152, bottom: 196 };
const starts = { top: 232, bottom: 268 };
const requestsTop = 330;
const axisHeight = 44;
/** More rows than this are thinner than a line: then the picture shows how many lie where. */
const mostRows = 400;
/** From this ratio of the longest latency to the median on, a linear axis would press the bulk into its first rows. */
const logRatio = 10;

/**
 * Throughput, requests in flight and starts over time; below, on the same time axis, every request as a row, or for
 * many requests how many started when and took how long.
 */
export function renderRequestsPlot(attempts: Iterable<Attempt>, received: ReceivedSeries): string {
  const span = findSpanMs(attempts);
  const points = buildTimeSeries(attempts, received);
  const counts = countOutcomes(attempts);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const failed = total - (counts.ok ?? 0);
  const title = `${countRequests(total)} over time`;
  const heading = text(frame.left, 20, title, { class: 'heading' });
  if (span === null || points.length === 0) {
    const description = 'No request took any time.';
    const nothing = text(plotWidth / 2, 70, description, { class: 'soft', 'text-anchor': 'middle' });
    return renderSvg({ name: 'requests', height: 110, title, description, body: [heading, nothing] });
  }
  const isDense = total > mostRows;
  const isSmall = received.bytes.reduce((sum, bytes) => sum + bytes, 0) < smallBodyBytes * total;
  const bottom = requestsTop + (isDense ? densityHeight : measureWaterfall(total));
  const durationMs = span.endMs - span.startMs;
  const unit = chooseTimeUnit(durationMs);
  const x = createTimeScale(durationMs / unit.ms, [frame.left, frame.right], 7);
  const inMs: Scale = { ...x, place: (ms) => x.place(ms / unit.ms) };
  return renderSvg({
    name: 'requests',
    height: bottom + axisHeight,
    title,
    description: `${describeRequests(points, isSmall, durationMs, total, failed)} ${isDense ? 'Cells show how many started when and took how long.' : 'A row shows each request.'}`,
    body: [
      heading,
      ...x.ticks.map((tick) => line(x.place(tick), throughput.top, x.place(tick), bottom, 'grid')),
      ...renderTimelines(points, isSmall, inMs),
      ...(isDense
        ? renderDensity({ attempts, latency: measureLatencies(attempts), span, ...frame, top: requestsTop })
        : [
            ...renderKey(failed),
            ...renderWaterfall({
              attempts: [...attempts],
              x: { ...inMs, place: (ms) => inMs.place(ms - span.startMs) },
              top: requestsTop,
              togetherMs: durationMs / (frame.right - frame.left),
            }),
          ]),
      ...renderTimeAxis(x, unit, bottom),
    ],
  });
}

function measureLatencies(attempts: Iterable<Attempt>): DensityPanel['latency'] {
  const sorted = collectSorted(listWaitedMs(attempts));
  const leastMs = Math.max(sorted[0] ?? 0, 1e-3);
  const mostMs = Math.max(sorted.at(-1) ?? 0, leastMs);
  const [first] = attempts;
  return {
    leastMs,
    mostMs,
    isFromDue: first !== undefined && first.intended_ms !== null,
    isLog: mostMs > logRatio * Math.max(nearestRank(sorted, 50) ?? 0, 1e-3),
  };
}

function* listWaitedMs(attempts: Iterable<Attempt>): Generator<number> {
  for (const { started_ms, intended_ms, ended_ms } of attempts) yield ended_ms - (intended_ms ?? started_ms);
}

function describeRequests(
  points: readonly TimeSeriesPoint[],
  isSmall: boolean,
  durationMs: number,
  total: number,
  failed: number,
): string {
  const peak = Math.max(...points.map(isSmall ? readSuccesses : (point) => point.bytesPerSecond));
  const most = Math.max(...points.map((point) => point.inFlight));
  const rate = isSmall ? `${formatCount(peak)} requests/s` : formatMiBPerSecond(peak);
  return `${countRequests(total)} in ${formatMs(durationMs)}, ${formatCount(failed)} failed; throughput up to ${rate}, up to ${formatCount(most)} in flight.`;
}

function readSuccesses({ successesPerSecond }: TimeSeriesPoint): number {
  return successesPerSecond;
}

/** Throughput is in requests where bodies are so small that bytes say little. */
function renderTimelines(points: readonly TimeSeriesPoint[], isSmall: boolean, x: Scale): string[] {
  const common = { ...frame, points, x };
  const [first] = points;
  const interval = formatMs(first === undefined ? 0 : first.endMs - first.startMs);
  return [
    ...renderTimelinePanel({
      ...common,
      ...throughput,
      heading: isSmall ? 'throughput, requests/s' : 'throughput, MiB/s',
      className: 'rate',
      read: isSmall ? readSuccesses : (point) => toMebibytes(point.bytesPerSecond),
    }),
    ...renderTimelinePanel({
      ...common,
      ...inFlight,
      heading: 'requests in flight',
      className: 'flight',
      read: (point) => point.inFlight,
    }),
    ...renderTimelinePanel({
      ...common,
      ...starts,
      heading: `starts in each ${interval}`,
      className: 'starts',
      read: (point) => point.starts,
    }),
  ];
}

/** What the colours of the rows mean, and how many crosses there are. */
function renderKey(failed: number): string[] {
  const y = requestsTop - 12;
  const swatches = [
    { className: 'connect', label: 'connecting', x: 0 },
    { className: 'wait', label: 'waiting for first byte', x: 92 },
    { className: 'body', label: 'receiving', x: 244 },
  ];
  return [
    text(frame.left, y - 20, 'requests, a row each'),
    ...swatches.flatMap(({ className, label, x }) => [
      element('path', {
        class: className,
        'stroke-width': 10,
        d: `M${frame.left + x} ${y - 4.5}h12`,
      }),
      text(frame.left + x + 17, y, label, { class: 'soft' }),
    ]),
    ...(failed === 0
      ? []
      : [
          element('path', { class: 'cross', d: `M${frame.left + 324} ${y - 8.5}l8 8m0 -8l-8 8` }),
          text(frame.left + 338, y, `failed (${formatCount(failed)})`, { class: 'soft' }),
        ]),
  ];
}

function renderTimeAxis(x: Scale, unit: TimeUnit, bottom: number): string[] {
  return [
    line(frame.left, bottom, frame.right, bottom, 'axis'),
    ...x.ticks.flatMap((tick) => [
      line(x.place(tick), bottom, x.place(tick), bottom + 4, 'axis'),
      text(x.place(tick), bottom + 17, String(Number(tick.toPrecision(6))), {
        class: 'soft',
        'text-anchor': 'middle',
      }),
    ]),
    text(frame.right, bottom + 35, `${unit.name === 's' ? 'seconds' : 'milliseconds'} since the first start`, {
      class: 'soft',
      'text-anchor': 'end',
    }),
  ];
}

function countRequests(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'request' : 'requests'}`;
}
