import type { Experiment } from '../../../contract/experiment.ts';
import { formatFigure, toMebibytes } from '../../report/format.ts';
import { createLinearScale, createLogScale, type Scale } from '../../report/plots/scale.ts';
import { element, line, plotWidth, renderSvg, roundCoordinate, text } from '../../report/plots/svg.ts';
import { findPrimary, formatBound, shortTitle } from '../describe-verdict.ts';

const frame = { left: 58, right: plotWidth - 72, top: 52, bottom: 262, height: 300 };
/** From this ratio of the greatest to the least on, a zero-based axis would press one arm onto its bottom. */
const logRatio = 20;
const radius = 4;

interface Point {
  readonly pair: number;
  readonly before: number;
  readonly after: number;
}

/** Every round of the primary metric: a line a pair, its two rounds as points, before on the left, after on the right. */
export function renderPairsPlot(experiment: Experiment): string {
  const primary = findPrimary(experiment);
  const unit = chooseUnit(primary?.unit ?? '');
  const pairs = listPairs(experiment, primary?.metric ?? '', unit.factor);
  const title = `${primary ? shortTitle(primary) : 'primary metric'}, every round`;
  const ratio = primary?.ratio ? `, ${formatBound(primary.ratio.estimate)} times` : '';
  return renderSvg({
    name: 'pairs',
    height: frame.height,
    title,
    description: `${pairs.length} pairs: ${pairs.map(({ before, after }) => `${formatFigure(before)} and ${formatFigure(after)}`).join('; ')} ${unit.name}${ratio}.`,
    body: [
      text(frame.left, 20, `${title}, ${unit.name}`, { class: 'heading' }),
      ...(pairs.length === 0
        ? [text(frame.left, 120, 'No pair has this figure on both sides.', { class: 'soft' })]
        : renderPairs(pairs)),
    ],
  });
}

function chooseUnit(unit: string): { name: string; factor: number } {
  if (unit === 'B/s') return { name: 'MiB/s', factor: toMebibytes(1) };
  if (unit === 'B') return { name: 'MiB', factor: toMebibytes(1) };
  return { name: unit, factor: 1 };
}

function listPairs({ rounds }: Experiment, metric: string, factor: number): Point[] {
  const numbers = [...new Set(rounds.map(({ pair }) => pair))];
  return numbers.flatMap((pair) => {
    const find = (phase: string) =>
      rounds.find((round) => round.pair === pair && round.phase === phase)?.figures[metric] ?? null;
    const [before, after] = [find('before'), find('after')];
    return before === null || after === null ? [] : [{ pair, before: before * factor, after: after * factor }];
  });
}

function renderPairs(pairs: readonly Point[]): string[] {
  const values = pairs.flatMap(({ before, after }) => [before, after]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = [frame.bottom, frame.top] as const;
  const isLog = least > 0 && most / least > logRatio;
  const y = isLog ? createLogScale(least / 1.2, most * 1.2, range) : createLinearScale(most, range, 5);
  const [left, right] = [frame.left + 50, frame.right - 20];
  return [
    ...renderAxis(y, isLog),
    ...pairs.map(({ before, after }) =>
      element('path', {
        class: 'grid curve',
        'stroke-width': 1.5,
        d: `M${left} ${roundCoordinate(y.place(before))}L${right} ${roundCoordinate(y.place(after))}`,
      }),
    ),
    ...pairs.flatMap(({ before, after }) => [
      renderPoint(left, y.place(before), 'before'),
      renderPoint(right, y.place(after), 'after'),
    ]),
    ...renderMedian(pairs, 'before', left, y),
    ...renderMedian(pairs, 'after', right, y),
    text(left, frame.bottom + 22, 'before', { 'text-anchor': 'middle' }),
    text(right, frame.bottom + 22, 'after', { 'text-anchor': 'middle' }),
  ];
}

function renderAxis(y: Scale, isLog: boolean): string[] {
  return [
    ...y.ticks.flatMap((tick) => [
      line(frame.left, y.place(tick), frame.right + 10, y.place(tick), 'grid'),
      text(frame.left - 7, y.place(tick) + 4.5, formatFigure(tick), { class: 'soft', 'text-anchor': 'end' }),
    ]),
    ...(isLog ? [text(frame.left, 38, 'logarithmic', { class: 'soft' })] : []),
  ];
}

function renderPoint(x: number, y: number, className: string): string {
  return element('circle', { class: `point-${className}`, cx: x, cy: y, r: radius });
}

function renderMedian(pairs: readonly Point[], side: 'before' | 'after', x: number, y: Scale): string[] {
  const sorted = pairs.map((pair) => pair[side]).sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  const label = { class: 'halo', 'text-anchor': side === 'before' ? 'end' : 'start' };
  const place = y.place(median);
  return [
    line(x - 11, place, x + 11, place, 'mark'),
    text(side === 'before' ? x - 14 : x + 14, place - 4, formatFigure(median), label),
  ];
}
