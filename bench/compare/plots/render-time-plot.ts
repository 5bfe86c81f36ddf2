import type { Cause, Experiment } from '../../../contract/experiment.ts';
import { chooseTimeUnit, formatMs, formatPercent } from '../../report/format.ts';
import { createTimeScale } from '../../report/plots/scale.ts';
import { element, line, plotWidth, renderSvg, text } from '../../report/plots/svg.ts';

const frame = { left: 58, right: plotWidth - 16, top: 34, bar: 30, gap: 12 };
const axisHeight = 40;
const keyRow = 19;
/** A part below it is drawn, and told in the list, but has no name in the picture of its own. */
const leastShare = 0.005;

/** Where the mean request's time went: a stacked bar before and one after on the same axis, and what each colour is. */
export function renderTimePlot({ cause }: Experiment): string {
  const parts = (cause?.phases ?? []).filter(
    ({ before_ms, after_ms }) =>
      Math.max(before_ms, after_ms) >=
      leastShare * Math.max(cause?.total.before_ms ?? 0, cause?.total.after_ms ?? 0),
  );
  const bars = frame.top + 2 * frame.bar + frame.gap;
  return renderSvg({
    name: 'time',
    height: bars + axisHeight + 12 + parts.length * keyRow,
    title: "Where the mean request's time went",
    description: parts
      .map(
        ({ phase, before_ms, after_ms }) =>
          `${phase}: ${formatMs(before_ms)} before, ${formatMs(after_ms)} after.`,
      )
      .join(' '),
    body: [
      text(12, 20, "Where the mean request's time went", { class: 'heading' }),
      ...(cause === null || parts.length === 0
        ? [text(12, 60, 'Not known for these runs.', { class: 'soft' })]
        : [...renderBars(cause, parts), ...renderKey(cause, parts, bars + axisHeight + 12)]),
    ],
  });
}

type Parts = Cause['phases'];

function renderBars({ total }: Cause, parts: Parts): string[] {
  const mostMs = Math.max(total.before_ms, total.after_ms);
  const unit = chooseTimeUnit(mostMs);
  const x = createTimeScale(mostMs / unit.ms, [frame.left, frame.right], 6);
  const bottom = frame.top + 2 * frame.bar + frame.gap;
  const bar = (side: 'before_ms' | 'after_ms', top: number) => {
    let fromMs = 0;
    return parts.map((part, index) => {
      const [start, end] = [x.place(fromMs / unit.ms), x.place((fromMs + part[side]) / unit.ms)];
      fromMs += part[side];
      return element('rect', {
        class: `part-${index % 8}`,
        x: start,
        y: top,
        width: Math.max(end - start, 0),
        height: frame.bar,
      });
    });
  };
  const label = (name: string, top: number) =>
    text(frame.left - 7, top + frame.bar / 2 + 4.5, name, { 'text-anchor': 'end' });
  const second = frame.top + frame.bar + frame.gap;
  return [
    ...bar('before_ms', frame.top),
    ...bar('after_ms', second),
    label('before', frame.top),
    label('after', second),
    ...x.ticks.flatMap((tick) => [
      line(x.place(tick), frame.top, x.place(tick), bottom + 4, 'grid'),
      text(x.place(tick), bottom + 18, String(Number(tick.toPrecision(6))), {
        class: 'soft',
        'text-anchor': 'middle',
      }),
    ]),
    text(frame.right, bottom + 34, unit.name === 's' ? 'seconds' : 'milliseconds', {
      class: 'soft',
      'text-anchor': 'end',
    }),
  ];
}

function renderKey({ total }: Cause, parts: Parts, top: number): string[] {
  return parts.flatMap(({ phase, before_ms, after_ms }, index) => {
    const y = top + index * keyRow;
    const share = total.before_ms > 0 ? ` (${formatPercent((100 * before_ms) / total.before_ms)})` : '';
    return [
      element('rect', { class: `part-${index % 8}`, x: 12, y: y - 11, width: 13, height: 13 }),
      text(32, y, phase),
      text(frame.right, y, `${formatMs(before_ms)}${share} → ${formatMs(after_ms)}`, { 'text-anchor': 'end' }),
    ];
  });
}
