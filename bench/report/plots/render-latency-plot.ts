import type { Attempt } from '../../../contract/ledger.ts';
import type { Distribution, Metrics } from '../../../contract/run.ts';
import { isTimed, listResponseTimesMs } from '../../metrics/attempt-times.ts';
import { describeDistribution } from '../../metrics/distribution.ts';
import { summariseAttempts } from '../../metrics/summarise-attempts.ts';
import { isAtLeast, markAtLeast } from '../at-least.ts';
import { chooseTimeUnit, formatCount, formatMs, type TimeUnit } from '../format.ts';
import {
  binLinearly,
  binLogarithmically,
  fillBins,
  type LatencyBin,
  type LatencySample,
} from './latency-bins.ts';
import { createLinearScale, createLogScale, createTimeScale, type Scale } from './scale.ts';
import { element, line, plotWidth, renderSvg, roundCoordinate, text } from './svg.ts';

const frame = { left: 42, right: plotWidth - 16, top: 98, bottom: 262, height: 304 };
const markRowHeight = 18;
/** Of the longest label, such as `median ≥ 300.0 s`. */
const labelWidth = 110;
const keyHeight = 24;
/** From this ratio of p99 to the median on, a linear axis would press the bulk into its first bars. */
const logRatio = 10;

/**
 * A histogram of the latencies with median, p95 and p99 on it. Timeouts are hatched: they took longer than shown. In the
 * open model a line shows the response times, which count from when each request was due.
 */
export function renderLatencyPlot(attempts: Iterable<Attempt>): string {
  const { latency } = summariseAttempts(attempts);
  const [first] = attempts;
  const isOpen = first !== undefined && first.intended_ms !== null;
  const response = isOpen ? describeDistribution(listResponseTimesMs(attempts)) : null;
  return renderSvg({
    name: 'latency',
    height: frame.height + (response === null ? 0 : keyHeight),
    title: `Latency of ${countRequests(latency.count)}`,
    description: `${describeLatency(latency)}${response === null ? '' : ` From when requests were due: p99 ${formatMs(response.p99_ms)}.`}`,
    body: [
      text(frame.left, 20, `Latency of ${countRequests(latency.count)}`, { class: 'heading' }),
      ...(latency.count === 0 ? [renderNothing()] : renderHistogram(attempts, latency, response)),
    ],
  });
}

/** May be walked through again and again. */
function listSamples(attempts: Iterable<Attempt>, isFromDue: boolean): Iterable<LatencySample> {
  return {
    *[Symbol.iterator]() {
      for (const attempt of attempts) {
        if (!isTimed(attempt)) continue;
        const { started_ms, intended_ms, ended_ms, outcome } = attempt;
        const fromMs = isFromDue ? (intended_ms ?? started_ms) : started_ms;
        yield { latencyMs: ended_ms - fromMs, timedOut: outcome === 'timeout' };
      }
    },
  };
}

function describeLatency(latency: Metrics['latency']): string {
  if (latency.count === 0) return 'No request has a latency: none succeeded or timed out.';
  const marks = listMarks(latency).map(({ label }) => label);
  const censored = latency.censored === 0 ? '' : ` ${formatCount(latency.censored)} timed out.`;
  return `Histogram: ${marks.join(', ')}, from ${formatMs(latency.min_ms)} to ${formatMs(latency.max_ms)}.${censored}`;
}

function renderNothing(): string {
  const center = { class: 'soft', 'text-anchor': 'middle' };
  return text(plotWidth / 2, frame.height / 2, 'No request succeeded or timed out: nothing to show.', center);
}

function renderHistogram(
  attempts: Iterable<Attempt>,
  latency: Metrics['latency'],
  response: Distribution | null,
): string[] {
  const longest = response ?? latency;
  const isLog = (longest.p99_ms ?? 0) > logRatio * Math.max(longest.median_ms ?? 0, 1e-3);
  const all = listSamples(attempts, response !== null);
  const outline = isLog ? binLogarithmically(all) : binLinearly(all);
  const edges = [...outline.map(({ fromMs }) => fromMs), outline.at(-1)?.toMs ?? 1];
  const bins = response === null ? outline : fillBins(edges, listSamples(attempts, false));
  const range = [frame.left, frame.right] as const;
  const largestMs = bins.at(-1)?.toMs ?? 1;
  const unit = chooseTimeUnit(longest.max_ms);
  const x = isLog
    ? inUnit(unit, createLogScale((bins[0]?.fromMs ?? 1) / unit.ms, largestMs / unit.ms, range))
    : inUnit(unit, createTimeScale(largestMs / unit.ms, range, 7));
  const tallest = Math.max(...[...bins, ...outline].map(({ ok, timedOut }) => ok + timedOut));
  const y = createLinearScale(tallest, [frame.bottom, frame.top], 5, 1);
  return [
    hatchPattern,
    ...renderCountAxis(y),
    ...bins.flatMap((bin) => renderBar(bin, x, y)),
    ...(response === null ? [] : [renderOutline(outline, x, y), ...renderOutlineKey(response)]),
    ...renderLatencyAxis(x, unit, isLog),
    ...renderMarks(latency, x),
    ...renderTimeoutKey(latency.censored),
  ];
}

function renderOutline(bins: readonly LatencyBin[], x: Scale, y: Scale): string {
  const steps = bins.map(
    ({ toMs, ok, timedOut }) => `V${roundCoordinate(y.place(ok + timedOut))}H${roundCoordinate(x.place(toMs))}`,
  );
  const start = roundCoordinate(x.place(bins[0]?.fromMs ?? 0));
  return element('path', { class: 'due', d: `M${start} ${frame.bottom}${steps.join('')}V${frame.bottom}` });
}

function renderOutlineKey({ p99_ms }: Distribution): string[] {
  return [
    element('path', { class: 'due', d: `M${frame.left} ${frame.height + 7.5}h14` }),
    text(frame.left + 20, frame.height + 12, `from when they were due: p99 ${formatMs(p99_ms)}`),
  ];
}

/** Ticks are round in the unit that is shown, places are in milliseconds. */
function inUnit(unit: TimeUnit, scale: Scale): Scale {
  return {
    place: (ms) => scale.place(ms / unit.ms),
    ticks: scale.ticks.map((tick) => tick * unit.ms),
  };
}

function renderCountAxis(y: Scale): string[] {
  return [
    ...y.ticks.flatMap((count) => [
      line(frame.left, y.place(count), frame.right, y.place(count), 'grid'),
      text(frame.left - 7, y.place(count) + 4.5, formatCount(count), { class: 'soft', 'text-anchor': 'end' }),
    ]),
  ];
}

function renderBar({ fromMs, toMs, ok, timedOut }: LatencyBin, x: Scale, y: Scale): string[] {
  const left = x.place(fromMs) + 0.5;
  const width = Math.max(x.place(toMs) - x.place(fromMs) - 1, 0.5);
  const bar = (className: string, from: number, to: number) =>
    from === to
      ? []
      : [
          element('rect', {
            class: className,
            x: left,
            y: y.place(to),
            width,
            height: y.place(from) - y.place(to),
          }),
        ];
  return [...bar('ok', 0, ok), ...bar('hatched', ok, ok + timedOut)];
}

function renderLatencyAxis(x: Scale, unit: TimeUnit, isLog: boolean): string[] {
  const name = `latency, ${unit.name === 's' ? 'seconds' : 'milliseconds'}${isLog ? ' (logarithmic)' : ''}`;
  return [
    line(frame.left, frame.bottom, frame.right, frame.bottom, 'axis'),
    ...x.ticks.flatMap((ms) => [
      line(x.place(ms), frame.bottom, x.place(ms), frame.bottom + 4, 'axis'),
      text(x.place(ms), frame.bottom + 17, formatTick(ms / unit.ms), {
        class: 'soft',
        'text-anchor': 'middle',
      }),
    ]),
    text(frame.right, frame.bottom + 35, name, { class: 'soft', 'text-anchor': 'end' }),
    text(frame.left, frame.bottom + 35, 'requests per bar', { class: 'soft' }),
  ];
}

function formatTick(value: number): string {
  return value >= 1_000 ? formatCount(value) : String(Number(value.toPrecision(6)));
}

interface Mark {
  readonly label: string;
  readonly ms: number;
}

function listMarks(latency: Metrics['latency']): Mark[] {
  const marks = [
    { statistic: 'median', ms: latency.median_ms },
    { statistic: 'p95', ms: latency.p95_ms },
    { statistic: 'p99', ms: latency.p99_ms },
  ] as const;
  return marks.flatMap(({ statistic, ms }) =>
    ms === null
      ? []
      : [{ label: `${statistic} ${markAtLeast(formatMs(ms), isAtLeast(latency, statistic))}`, ms }],
  );
}

/**
 * A row a label, its text beside its line. Lines begin at their label, so one never runs through a label above it: texts
 * to the right of their lines come first, the leftmost on top, then those to the left, the rightmost on top.
 */
function renderMarks(latency: Metrics['latency'], x: Scale): string[] {
  const marks = listMarks(latency).map(({ label, ms }) => ({ label, place: x.place(ms) }));
  const isFree = (place: number) => place + labelWidth < frame.right;
  const rightward = marks.every(({ place }) => isFree(place))
    ? marks
    : marks.filter(({ place }) => place < plotWidth / 2);
  const leftward = marks.filter((mark) => !rightward.includes(mark)).toReversed();
  return [...rightward, ...leftward].flatMap((mark, row) => {
    const y = 42 + row * markRowHeight;
    const isLeftward = leftward.includes(mark);
    return [
      line(mark.place, y - 10, mark.place, frame.bottom, 'mark'),
      text(mark.place + (isLeftward ? -6 : 6), y, mark.label, {
        class: 'halo',
        'text-anchor': isLeftward ? 'end' : 'start',
      }),
    ];
  });
}

function renderTimeoutKey(timeouts: number): string[] {
  if (timeouts === 0) return [];
  return [
    element('rect', { class: 'hatched', x: frame.right - 14, y: 9, width: 14, height: 13 }),
    text(frame.right - 20, 20, `${formatCount(timeouts)} timed out`, { 'text-anchor': 'end' }),
  ];
}

const hatchPattern = element('defs', {}, [
  element(
    'pattern',
    {
      id: 'timeout-hatch',
      width: 5,
      height: 5,
      patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)',
    },
    [line(0, 0, 0, 5, 'hatch')],
  ),
]);

function countRequests(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'request' : 'requests'}`;
}
