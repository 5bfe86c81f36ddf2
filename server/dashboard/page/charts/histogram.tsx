import { useId } from 'preact/hooks';
import { formatCount, formatMs } from '../../../../bench/presentation.ts';
import type { LatencyBins } from '../model/latency-curves.ts';
import { anchorOf } from './anchor-of.ts';
import { chooseTicksBetween } from './choose-ticks.ts';
import { DataTable } from './data-table.tsx';
import { formatAxisMs } from './format-axis.ts';
import { useWidth } from './use-width.ts';

export interface Mark {
  /** With its value. */
  readonly label: string;
  readonly ms: number | null;
}

const height = 168;
const bottom = 24;
const top = 34;

/** How many requests took how long, with named values as lines through it. */
export function Histogram({
  title,
  bins,
  marks,
}: {
  title: string;
  bins: LatencyBins;
  marks: readonly Mark[];
}) {
  const [holder, width] = useWidth();
  const titleId = useId();
  const { edgesMs, counts } = bins;
  const least = edgesMs[0] ?? 0;
  const greatest = edgesMs.at(-1) ?? 1;
  const isLog =
    edgesMs.length > 2 && (edgesMs[2] ?? 0) - (edgesMs[1] ?? 0) > 1.001 * ((edgesMs[1] ?? 0) - least);
  const position = (ms: number) => {
    const share = isLog
      ? Math.log(ms / least) / Math.log(greatest / least)
      : (ms - least) / (greatest - least || 1);
    return 8 + Math.min(Math.max(share, 0), 1) * (width - 16);
  };
  const most = Math.max(...counts, 1);
  const ticks = chooseTicksBetween(least, greatest, Math.max(2, Math.floor(width / 80)), isLog);
  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption>
        <span id={titleId} class="chart-title">
          {title} <span class="unit">requests by latency{isLog ? ', log scale' : ''}</span>
        </span>
      </figcaption>
      <div ref={holder} class="plot plot-168">
        {width > 0 ? (
          <svg width={width} height={height} aria-hidden="true">
            {counts.map((count, index) => {
              const from = position(edgesMs[index] ?? 0);
              const to = position(edgesMs[index + 1] ?? 0);
              const tall = (count / most) * (height - bottom - top);
              return (
                <rect
                  key={edgesMs[index]}
                  class="fill-1"
                  x={from + 0.5}
                  width={Math.max(to - from - 1, 1)}
                  y={height - bottom - tall}
                  height={tall}
                />
              );
            })}
            <line class="axis" x1={8} x2={width - 8} y1={height - bottom + 0.5} y2={height - bottom + 0.5} />
            {ticks.map((tick) => (
              <text
                key={tick}
                class="tick"
                x={position(tick)}
                y={height - 8}
                text-anchor={anchorOf(position(tick), width)}
              >
                {formatAxisMs(tick)}
              </text>
            ))}
            {marks.map(({ label, ms }, index) =>
              ms === null ? null : (
                <g key={label}>
                  <line
                    class="mark"
                    x1={position(ms)}
                    x2={position(ms)}
                    y1={index % 2 === 0 ? 14 : 28}
                    y2={height - bottom}
                  />
                  <text
                    class="mark-label"
                    x={position(ms)}
                    y={index % 2 === 0 ? 11 : 25}
                    text-anchor={anchorOf(position(ms), width)}
                  >
                    {label}
                  </text>
                </g>
              ),
            )}
          </svg>
        ) : null}
      </div>
      <DataTable
        title={`${title}, requests by latency`}
        head={['from', 'to', 'requests']}
        length={counts.length}
        row={(index) => [
          formatMs(edgesMs[index] ?? 0),
          formatMs(edgesMs[index + 1] ?? 0),
          formatCount(counts[index] ?? 0),
        ]}
      />
    </figure>
  );
}
