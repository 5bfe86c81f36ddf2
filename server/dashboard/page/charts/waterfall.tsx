import { useId } from 'preact/hooks';
import { formatMs } from '../../../../bench/presentation.ts';
import type { RequestRow } from '../model/request-rows.ts';
import { anchorOf } from './anchor-of.ts';
import { chooseTicksBetween } from './choose-ticks.ts';
import { DataTable } from './data-table.tsx';
import { formatAxisMs } from './format-axis.ts';
import { useWidth } from './use-width.ts';

const axis = 22;

/** One line a request, by its start: connecting, waiting for the first byte, the body; failures stand out. */
export function Waterfall({ rows, total }: { rows: readonly RequestRow[]; total: number }) {
  const [holder, width] = useWidth();
  const titleId = useId();
  const thick = rows.length > 120 ? 2 : rows.length > 40 ? 3.5 : 8;
  const height = Math.max(rows.length * thick, 24) + axis;
  const first = Math.min(...rows.map(({ startMs }) => startMs), 0);
  const last = Math.max(...rows.map(({ endMs }) => endMs), 1);
  const position = (ms: number) => ((ms - first) / (last - first)) * (width - 1);
  const ticks = chooseTicksBetween(first, last, Math.max(2, Math.floor(width / 90)), false);
  const failed = rows.filter(({ outcome }) => outcome !== 'ok').length;
  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption>
        <span id={titleId} class="chart-title">
          Requests{' '}
          <span class="unit">
            {rows.length < total ? `${rows.length} of ${total}, evenly chosen` : `all ${total}`}, by start
          </span>
        </span>
        <span class="reading">
          <span class="key wait">connect</span>
          <span class="key series-2">first byte</span>
          <span class="key series-1">body</span>
          {failed > 0 ? <span class="key failed">failed</span> : null}
        </span>
      </figcaption>
      <div ref={holder} class="plot">
        {width > 0 ? (
          <svg width={width} height={height} aria-hidden="true">
            {rows.map((row, index) => {
              const y = index * thick;
              const tall = Math.max(thick - (thick > 3 ? 1 : 0.5), 1);
              const bar = (from: number, to: number, name: string) => (
                <rect
                  class={name}
                  x={position(from)}
                  width={Math.max(position(to) - position(from), 0.75)}
                  y={y}
                  height={tall}
                />
              );
              const connected = row.connectedMs ?? row.startMs;
              const firstByte = row.firstByteMs ?? row.endMs;
              if (row.outcome !== 'ok') return <g key={index}>{bar(row.startMs, row.endMs, 'fill-failed')}</g>;
              return (
                <g key={index}>
                  {bar(row.startMs, connected, 'fill-wait')}
                  {bar(connected, firstByte, 'fill-2')}
                  {bar(firstByte, row.endMs, 'fill-1')}
                </g>
              );
            })}
            <line class="axis" x1={0} x2={width} y1={height - axis + 2.5} y2={height - axis + 2.5} />
            {ticks.map((tick) => (
              <text
                key={tick}
                class="tick"
                x={position(tick)}
                y={height - 5}
                text-anchor={anchorOf(position(tick), width)}
              >
                {formatAxisMs(tick)}
              </text>
            ))}
          </svg>
        ) : null}
      </div>
      <DataTable
        title="Requests"
        head={['client', 'request', 'start', 'first byte after', 'end after', 'outcome']}
        length={rows.length}
        row={(index) => describeRow(rows[index])}
      />
    </figure>
  );
}

function describeRow(row: RequestRow | undefined): string[] {
  if (!row) return [];
  return [
    String(row.client),
    row.request,
    formatMs(row.startMs),
    formatMs(row.firstByteMs === null ? null : row.firstByteMs - row.startMs),
    formatMs(row.endMs - row.startMs),
    row.outcome,
  ];
}
