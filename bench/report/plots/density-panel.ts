import type { Attempt } from '../../../contract/ledger.ts';
import { chooseTimeUnit, formatCount } from '../format.ts';
import { createLinearScale, createLogScale, type Scale } from './scale.ts';
import { element, line, roundCoordinate, text } from './svg.ts';

export const densityHeight = 240;
const columns = 107;
const rows = 40;
const levels = 5;

export interface DensityPanel {
  readonly attempts: Iterable<Attempt>;
  /** Of all attempts, failed ones included. */
  readonly latency: {
    readonly leastMs: number;
    readonly mostMs: number;
    readonly isLog: boolean;
    readonly isFromDue: boolean;
  };
  readonly span: { readonly startMs: number; readonly endMs: number };
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

/**
 * How many requests started (in the open model: were due) when and took how long from then, as cells that are darker the more there are, each level about as
 * many times the one before. A cell in which one failed has the colour of failures.
 */
export function renderDensity(panel: DensityPanel): string[] {
  const { latency, left, right, top } = panel;
  const bottom = top + densityHeight;
  const unit = chooseTimeUnit(latency.mostMs);
  const scale: Scale = latency.isLog
    ? createLogScale(latency.leastMs / unit.ms, latency.mostMs / unit.ms, [bottom, top])
    : createLinearScale(latency.mostMs / unit.ms, [bottom, top], 4);
  const place = (ms: number) => scale.place(Math.max(ms, latency.leastMs) / unit.ms);
  const grid = countCells(panel, (ms) => Math.floor(((place(ms) - top) / densityHeight) * rows));
  return [
    ...scale.ticks.flatMap((tick) => [
      line(left, scale.place(tick), right, scale.place(tick), 'grid'),
      text(left - 7, scale.place(tick) + 4.5, nameTick(tick), { class: 'soft', 'text-anchor': 'end' }),
    ]),
    ...traceLevels(grid.succeeded, grid.most, 'dense', panel),
    ...traceLevels(grid.failed, grid.most, 'dense-bad', panel),
    ...renderKey(grid.failed, panel),
    text(
      left,
      top - 32,
      latency.isFromDue ? 'requests by due time and response time' : 'requests by start and latency',
    ),
    text(
      left,
      top - 13,
      `${unit.name === 's' ? 'seconds' : 'milliseconds'}${latency.isLog ? ' (logarithmic)' : ''}; darkest: ${formatCount(grid.most)} in a cell`,
      { class: 'soft' },
    ),
  ];
}

/** What the second colour means, where there is any of it. */
function renderKey(failed: Uint32Array, { right, top }: DensityPanel): string[] {
  if (failed.every((count) => count === 0)) return [];
  return [
    element('rect', { class: 'dense-bad', x: right - 12, y: top - 42, width: 12, height: 12 }),
    text(right - 18, top - 32, 'one or more failed', { class: 'soft', 'text-anchor': 'end' }),
  ];
}

interface Grid {
  readonly succeeded: Uint32Array;
  /** All of a cell in which at least one failed. */
  readonly failed: Uint32Array;
  readonly most: number;
}

function countCells({ attempts, span }: DensityPanel, findRow: (latencyMs: number) => number): Grid {
  const succeeded = new Uint32Array(columns * rows);
  const failed = new Uint32Array(columns * rows);
  const perMs = columns / (span.endMs - span.startMs);
  for (const { started_ms, intended_ms, ended_ms, outcome } of attempts) {
    const fromMs = intended_ms ?? started_ms;
    const column = clamp(Math.floor((fromMs - span.startMs) * perMs), columns - 1);
    const cell = clamp(findRow(ended_ms - fromMs), rows - 1) * columns + column;
    const counts = outcome === 'ok' ? succeeded : failed;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  let most = 1;
  failed.forEach((count, cell) => {
    const others = succeeded[cell] ?? 0;
    most = Math.max(most, count + others);
    if (count === 0) return;
    failed[cell] = count + others;
    succeeded[cell] = 0;
  });
  return { succeeded, failed, most };
}

/** One path a level; neighbours in a row become one rectangle. */
function traceLevels(
  counts: Uint32Array,
  most: number,
  className: string,
  { left, right, top }: DensityPanel,
): string[] {
  const width = (right - left) / columns;
  const height = densityHeight / rows;
  return Array.from({ length: levels }, (_, level) => {
    const path: string[] = [];
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; ) {
        const start = column;
        while (column < columns && findLevel(counts[row * columns + column] ?? 0, most) === level + 1)
          column += 1;
        if (column === start) {
          column += 1;
          continue;
        }
        const x = roundCoordinate(left + start * width);
        path.push(
          `M${x} ${roundCoordinate(top + row * height)}h${roundCoordinate((column - start) * width)}v${height}H${x}z`,
        );
      }
    }
    return path.length === 0
      ? ''
      : element('path', { class: `${className} level-${level + 1}`, d: path.join('') });
  }).filter((path) => path !== '');
}

/** 0 for none, then 1 for a single one up to the highest for the most. */
function findLevel(count: number, most: number): number {
  if (count === 0) return 0;
  return most === 1 ? levels : 1 + Math.round(((levels - 1) * Math.log(count)) / Math.log(most));
}

function clamp(index: number, most: number): number {
  return Math.min(Math.max(index, 0), most);
}

function nameTick(tick: number): string {
  return tick >= 1_000 ? formatCount(tick) : String(Number(tick.toPrecision(6)));
}
