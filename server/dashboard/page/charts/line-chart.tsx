import { useEffect, useId, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { markAtLeast } from '../../../../bench/presentation.ts';
import { chooseTicks } from './choose-ticks.ts';
import { DataTable } from './data-table.tsx';
import { formatAxis } from './format-axis.ts';
import { type ChartTheme, useChartTheme } from './theme.ts';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Which of them are lower bounds, whose readings have a `≥`. */
  readonly atLeast?: readonly boolean[];
  /** Index of one of the theme's series colours. */
  readonly color: 0 | 1 | 2 | 3;
  /** Marks without a line between them. */
  readonly isScatter?: boolean;
  /** A mark on each value, beside the line. */
  readonly hasPoints?: boolean;
  readonly isFilled?: boolean;
  readonly isDashed?: boolean;
}

export interface LineChartProps {
  readonly title: string;
  /** Of the values; stands behind the title and in the table. */
  readonly unit: string;
  readonly x: readonly number[];
  readonly xLabel: string;
  readonly formatX: (x: number) => string;
  readonly formatXAxis?: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** Of the round numbers at the axis. */
  readonly formatYAxis?: (y: number) => string;
  readonly lines: readonly Line[];
  readonly height?: number;
  readonly isLogX?: boolean;
  /** Where the axis has room for a few words only. */
  readonly hasXAxis?: boolean;
  /** The least that the axis spans from zero. */
  readonly yAtLeast?: number;
  /** Of counts, between which there is nothing. */
  readonly isCount?: boolean;
  readonly note?: string;
}

/** A chart with its readings on top, and the same numbers as a table behind it. */
export function LineChart(props: LineChartProps) {
  const { title, unit, x, lines, formatX, formatY, height = 168, note } = props;
  const theme = useChartTheme();
  const holder = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const titleId = useId();
  const shape = JSON.stringify([
    lines.map(({ values: _, atLeast: __, ...rest }) => rest),
    props.isLogX,
    height,
    props.yAtLeast,
    props.isCount,
  ]);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const chart = new uPlot(
      describeOptions(latest, theme, element.clientWidth || 320, height, setPointed),
      toData(latest.current),
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape, theme]);

  const shown = useRef<readonly unknown[]>([]);
  useEffect(() => {
    const columns = [x, ...lines.map(({ values }) => values)];
    const isSame =
      columns.length === shown.current.length && columns.every((one, at) => one === shown.current[at]);
    shown.current = columns;
    if (!isSame) plot.current?.setData(toData(latest.current));
  });

  const index = pointed ?? null;
  const read = ({ values, atLeast }: Line, at: number) => {
    const value = values[at];
    return value === null || value === undefined ? '–' : markAtLeast(formatY(value), atLeast?.[at] ?? false);
  };
  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption>
        <span id={titleId} class="chart-title">
          {title} <span class="unit">{unit}</span>
        </span>
        <span class="reading" aria-hidden="true">
          {index !== null && x[index] !== undefined
            ? `${formatX(x[index])}: ${lines
                .filter(({ values }) => values[index] !== null && values[index] !== undefined)
                .map((line) => `${lines.length > 1 ? `${line.label} ` : ''}${read(line, index)}`)
                .join(', ')}`
            : lines.length > 1
              ? lines.map(({ label, color }) => (
                  <span key={label} class={`key series-${color + 1}`}>
                    {label}
                  </span>
                ))
              : null}
        </span>
      </figcaption>
      <div ref={holder} class={`plot plot-${height}`} aria-hidden="true" />
      {note ? <p class="chart-note">{note}</p> : null}
      <DataTable
        title={unit === '' ? title : `${title}, ${unit}`}
        head={[props.xLabel, ...lines.map(({ label }) => label)]}
        length={x.length}
        row={(at) => [formatX(x[at] ?? 0), ...lines.map((line) => read(line, at))]}
      />
    </figure>
  );
}

function toData({ x, lines }: LineChartProps): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => [...values])];
}

const pixelsPerTick = 36;
const headroom = 1.04;

function describeOptions(
  latest: { readonly current: LineChartProps },
  theme: ChartTheme,
  width: number,
  height: number,
  onPoint: (index: number | null) => void,
): uPlot.Options {
  const { lines, isLogX = false, hasXAxis = true, yAtLeast = 0, isCount = false } = latest.current;
  const most = Math.max(2, Math.floor(height / pixelsPerTick));
  const chooseFor = (greatest: number) => chooseTicks(Math.max(greatest, yAtLeast), most, isCount);
  const axis = {
    stroke: theme.text,
    font: theme.font,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    padding: [8, 20, hasXAxis ? 0 : 8, 0],
    scales: {
      x: { time: false, ...(isLogX ? { distr: 3 as const } : {}) },
      // A little more, so that a mark on the last tick is whole.
      y: { range: (_, __, max) => [0, (chooseFor(max ?? 0).at(-1) ?? 1) * headroom] },
    },
    axes: [
      {
        ...axis,
        show: hasXAxis,
        size: 24,
        gap: 4,
        space: 70,
        grid: { show: false },
        values: (_, splits) =>
          splits.map((split) =>
            split === null ? '' : (latest.current.formatXAxis ?? latest.current.formatX)(split),
          ),
      },
      {
        ...axis,
        size: 56,
        gap: 6,
        splits: (_, __, ___, top) => chooseFor(top / headroom),
        // Before there is anything to measure with, the axis has no numbers.
        values: (_, splits) =>
          splits.map((split) =>
            split === null || latest.current.x.length === 0
              ? ''
              : (latest.current.formatYAxis ?? formatAxis)(split),
          ),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const stroke = theme.series[line.color];
        return {
          label: line.label,
          stroke,
          width: line.isScatter ? 0 : 1.75,
          ...(line.isDashed ? { dash: [5, 4] } : {}),
          ...(line.isFilled ? { fill: `${stroke}22` } : {}),
          ...(line.isScatter ? { paths: () => null } : {}),
          points: {
            show: (line.isScatter || line.hasPoints) ?? false,
            size: line.isScatter ? 4 : 6,
            fill: stroke,
          },
          spanGaps: true,
        };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}
