import type { Histogram } from 'hdr-histogram-js';
import { decodeLatencyHistogram } from '../../metrics/latency-histogram.ts';
import { chooseTimeUnit, formatCount, formatCountOf, formatMs } from '../../report/format.ts';
import { createLogScale, createTimeScale, type Scale } from '../../report/plots/scale.ts';
import { element, line, plotWidth, renderSvg, roundCoordinate, text } from '../../report/plots/svg.ts';

const frame = { left: 54, right: plotWidth - 16, top: 62, bottom: 270, height: 312 };
/** From this ratio of the longest to the shortest on, a linear axis would press one curve to the side. */
const logRatio = 20;
const points = 200;

export interface DistributionArm {
  readonly label: string;
  /** As a report has it. */
  readonly histogram: string;
  /** How many of its samples are timeouts: their true latencies are longer. */
  readonly censored: number;
}

interface Curve extends DistributionArm {
  readonly samples: Histogram;
  readonly className: 'before' | 'after';
}

/** Two distributions of latencies over each other: which share of the requests was done by when. */
export function renderDistributionsPlot(before: DistributionArm, after: DistributionArm): string {
  const curves = [describeArm(before, 'before'), describeArm(after, 'after')].filter(
    ({ samples }) => samples.totalCount > 0,
  );
  return renderSvg({
    name: 'distributions',
    height: frame.height,
    title: `Latency, ${before.label} and ${after.label}`,
    description: curves.map(describeCurve).join(' '),
    body: [
      text(frame.left, 20, 'Share of the requests that were done by', { class: 'heading' }),
      ...(curves.length === 0 ? [renderNothing()] : renderCurves(curves)),
    ],
  });
}

function describeArm(arm: DistributionArm, className: Curve['className']): Curve {
  return { ...arm, className, samples: decodeLatencyHistogram(arm.histogram) };
}

function describeCurve({ label, samples, censored }: Curve): string {
  const cut = censored === 0 ? '' : `, ${formatCountOf(censored, 'timeout')} among them`;
  return `${label}: median ${formatMs(readMs(samples, 50))}, p99 ${formatMs(readMs(samples, 99))}, ${formatCount(samples.totalCount)} requests${cut}.`;
}

function readMs(samples: Histogram, percentile: number): number {
  return samples.getValueAtPercentile(percentile) / 1_000;
}

function renderNothing(): string {
  const center = { class: 'soft', 'text-anchor': 'middle' };
  return text(plotWidth / 2, frame.height / 2, 'No request succeeded or timed out: nothing to show.', center);
}

function renderCurves(curves: readonly Curve[]): string[] {
  const leastMs = Math.max(Math.min(...curves.map(({ samples }) => samples.minNonZeroValue / 1_000)), 1e-3);
  const mostMs = Math.max(...curves.map(({ samples }) => samples.maxValue / 1_000));
  const isLog = mostMs / leastMs > logRatio;
  const unit = chooseTimeUnit(mostMs);
  const range = [frame.left, frame.right] as const;
  const x = isLog
    ? createLogScale(leastMs / unit.ms, mostMs / unit.ms, range)
    : createTimeScale(mostMs / unit.ms, range, 7);
  const place = (ms: number) => roundCoordinate(x.place(Math.max(ms, leastMs) / unit.ms));
  const y = (share: number) => roundCoordinate(frame.bottom - (share / 100) * (frame.bottom - frame.top));
  const name = `latency, ${unit.name === 's' ? 'seconds' : 'milliseconds'}${isLog ? ' (logarithmic)' : ''}`;
  return [
    ...[0, 25, 50, 75, 100].flatMap((share) => [
      line(frame.left, y(share), frame.right, y(share), 'grid'),
      text(frame.left - 7, y(share) + 4.5, `${share} %`, { class: 'soft', 'text-anchor': 'end' }),
    ]),
    ...renderTicks(x),
    text(frame.right, frame.height - 6, name, { class: 'soft', 'text-anchor': 'end' }),
    ...curves.map((curve) => traceCurve(curve, place, y)),
    ...renderLabels(curves),
  ];
}

function renderTicks(x: Scale): string[] {
  return x.ticks.flatMap((tick) => [
    line(x.place(tick), frame.bottom, x.place(tick), frame.bottom + 4, 'axis'),
    text(x.place(tick), frame.bottom + 18, String(Number(tick.toPrecision(6))), {
      class: 'soft',
      'text-anchor': 'middle',
    }),
  ]);
}

function traceCurve(
  { samples, className }: Curve,
  place: (ms: number) => number,
  y: (share: number) => number,
): string {
  const steps = Array.from({ length: points }, (_, index) => {
    const share = (100 * (index + 1)) / points;
    return `H${place(readMs(samples, share))}V${y(share)}`;
  });
  const start = place(samples.minNonZeroValue / 1_000);
  const dashed = className === 'before' ? ' dashed' : '';
  return element('path', {
    class: `curve ${className}${dashed}`,
    d: `M${start} ${frame.bottom}${steps.join('')}`,
  });
}

/** In the order of the medians, beside a sample of their line. */
function renderLabels(curves: readonly Curve[]): string[] {
  return curves.flatMap((curve, row) => {
    const { label, samples, className, censored } = curve;
    const cut = censored === 0 ? '' : `, ${formatCount(censored)} timed out`;
    const y = 38 + row * 16;
    return [
      element('path', {
        class: `curve ${className}${className === 'before' ? ' dashed' : ''}`,
        d: `M${frame.left} ${y - 4}h26`,
      }),
      text(
        frame.left + 33,
        y,
        `${label}: median ${formatMs(readMs(samples, 50))}, p99 ${formatMs(readMs(samples, 99))}${cut}`,
      ),
    ];
  });
}
