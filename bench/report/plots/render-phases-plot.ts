import type { Attribution, TimePart } from '../../../contract/attribution.ts';
import { formatMs, formatPercent } from '../format.ts';
import { partNames } from '../name-part.ts';
import { element, plotWidth, renderSvg, text } from './svg.ts';

const frame = { left: 16, right: plotWidth - 16 };
const firstBar = 44;
const barHeight = 26;
const barStep = 60;
const keyStep = 20;
/** A narrower part has no room for its share. */
const leastLabelled = 0.09;
/** Below it in every bar, a part has no line in the key. */
const leastListed = 0.005;

interface Bar {
  readonly name: string;
  readonly totalMs: number;
  readonly parts: readonly { readonly part: TimePart; readonly ms: number }[];
}

/** Where the time of the mean request went, of the slowest twentieth, and of one alone: a bar each, parts as shares. */
export function renderPhasesPlot(attribution: Attribution | null): string {
  const title = 'Where the time went';
  const heading = text(frame.left, 22, title, { class: 'heading' });
  if (attribution === null) {
    const description = 'The service timed no phases of these requests.';
    const nothing = text(plotWidth / 2, 60, description, { class: 'soft', 'text-anchor': 'middle' });
    return renderSvg({ name: 'phases', height: 90, title, description, body: [heading, nothing] });
  }
  const bars = listBars(attribution);
  const listed = attribution.parts
    .map(({ part }) => part)
    .filter((part) => bars.some((bar) => shareOf(bar, part) >= leastListed));
  const keyTop = firstBar + bars.length * barStep + 4;
  return renderSvg({
    name: 'phases',
    height: keyTop + Math.ceil(listed.length / 2) * keyStep + 12,
    title,
    description: describe(attribution),
    body: [
      heading,
      ...bars.flatMap(renderBar),
      ...listed.flatMap((part, index) => renderKey(part, index, keyTop)),
    ],
  });
}

function listBars({ parts, mean_ms, slowest_mean_ms, alone_mean_ms }: Attribution): Bar[] {
  const bar = (
    name: string,
    totalMs: number,
    read: (one: Attribution['parts'][number]) => number | null,
  ): Bar => ({
    name: `${name}, ${formatMs(totalMs)}`,
    totalMs,
    parts: parts.map((one) => ({ part: one.part, ms: Math.max(0, read(one) ?? 0) })),
  });
  return [
    bar('mean request', mean_ms, (one) => one.mean_ms),
    bar('slowest twentieth', slowest_mean_ms, (one) => one.slowest_ms),
    ...(alone_mean_ms === null ? [] : [bar('one alone', alone_mean_ms, (one) => one.alone_ms)]),
  ];
}

function shareOf({ parts }: Bar, wanted: TimePart): number {
  const sum = parts.reduce((total, { ms }) => total + ms, 0);
  return (parts.find(({ part }) => part === wanted)?.ms ?? 0) / (sum || 1);
}

function renderBar(bar: Bar, index: number): string[] {
  const top = firstBar + index * barStep;
  let left = frame.left;
  return [
    text(frame.left, top + 12, bar.name, { class: 'soft' }),
    ...bar.parts.flatMap(({ part }) => {
      const share = shareOf(bar, part);
      const width = share * (frame.right - frame.left);
      const x = left;
      left += width;
      if (width <= 0) return [];
      return [
        element('rect', { class: `part part-${part}`, x, y: top + 20, width, height: barHeight }),
        ...(share < leastLabelled
          ? []
          : [
              text(x + width / 2, top + 38, formatPercent(Math.round(100 * share)), {
                class: `part-label part-label-${part}`,
                'text-anchor': 'middle',
              }),
            ]),
      ];
    }),
  ];
}

function renderKey(part: TimePart, index: number, top: number): string[] {
  const x = frame.left + (index % 2) * ((frame.right - frame.left) / 2);
  const y = top + Math.floor(index / 2) * keyStep;
  return [
    element('rect', { class: `part part-${part}`, x, y: y + 2, width: 12, height: 12 }),
    text(x + 18, y + 12, partNames[part], { class: 'soft' }),
  ];
}

function describe({ parts, mean_ms }: Attribution): string {
  const largest = parts.toSorted((one, other) => other.mean_ms - one.mean_ms).slice(0, 3);
  const told = largest.map(({ part, mean_ms: ms }) => `${partNames[part]} ${formatMs(ms)}`);
  return `Of the mean ${formatMs(mean_ms)}: ${told.join(', ')}.`;
}
