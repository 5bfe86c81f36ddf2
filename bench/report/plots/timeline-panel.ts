import type { TimeSeriesPoint } from '../../metrics/time-series.ts';
import { formatCount } from '../format.ts';
import { createLinearScale, type Scale } from './scale.ts';
import { element, line, roundCoordinate, text } from './svg.ts';

/** A quantity over time as zero-based steps: a step an interval, no line where nothing was measured. */
export function renderTimelinePanel(panel: {
  readonly heading: string;
  readonly className: string;
  readonly points: readonly TimeSeriesPoint[];
  readonly read: (point: TimeSeriesPoint) => number;
  /** From milliseconds since the first start. */
  readonly x: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}): string[] {
  const { points, read, x, left, right, top, bottom } = panel;
  const y = createLinearScale(Math.max(0, ...points.map(read)), [bottom, top], 2, 1);
  return [
    text(left, top - 9, panel.heading),
    ...y.ticks.flatMap((tick) => [
      line(left, y.place(tick), right, y.place(tick), 'grid'),
      text(left - 7, y.place(tick) + 4.5, nameTick(tick), { class: 'soft', 'text-anchor': 'end' }),
    ]),
    element('path', { class: panel.className, d: traceSteps(points, read, x, y, bottom) }),
    line(left, bottom, right, bottom, 'axis'),
  ];
}

/** Beside the axis there is room for six characters. */
function nameTick(tick: number): string {
  return tick >= 100_000 ? `${formatCount(tick / 1_000)}k` : formatCount(tick);
}

function traceSteps(
  points: readonly TimeSeriesPoint[],
  read: (point: TimeSeriesPoint) => number,
  x: Scale,
  y: Scale,
  bottom: number,
): string {
  const steps = points.map(
    (point) => `V${roundCoordinate(y.place(read(point)))}H${roundCoordinate(x.place(point.endMs))}`,
  );
  return `M${roundCoordinate(x.place(points[0]?.startMs ?? 0))} ${bottom}${steps.join('')}V${bottom}`;
}
