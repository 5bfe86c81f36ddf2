import { formatCount, formatFigure, formatMiB, formatSeconds } from '../../../../bench/presentation.ts';
import type { Progress } from '../../../../contract/run.ts';
import { Figure } from './figure.tsx';

const mebibyte = 1_048_576;

interface ProgressFiguresProps {
  readonly last: Progress | null;
  /** Of a load by time. */
  readonly plannedSeconds: number | null;
  /** Of a run that is over nothing is under way. */
  readonly isOver?: boolean;
}

/** How far a run is, or came. */
export function ProgressFigures({ last, plannedSeconds, isOver = false }: ProgressFiguresProps) {
  const total = last?.total_requests ?? null;
  return (
    <dl class="figures">
      <Figure
        name="Elapsed"
        value={last ? formatSeconds(Math.round(last.elapsed_seconds)) : '–'}
        {...(plannedSeconds === null ? {} : { unit: `of ${formatCount(plannedSeconds)} s` })}
      />
      <Figure
        name="Done"
        value={formatCount(last?.done ?? 0)}
        unit={total === null ? 'requests' : `of ${formatCount(total)} requests`}
      >
        {last && last.failed > 0 ? <span class="worse">{formatCount(last.failed)} failed</span> : null}
      </Figure>
      <Figure
        name={isOver ? 'In flight at the end' : 'In flight'}
        value={formatCount(last?.in_flight ?? 0)}
        unit="requests"
      />
      {isOver ? null : (
        <Figure name="Receiving" value={formatFigure((last?.bytes_per_second ?? 0) / mebibyte)} unit="MiB/s" />
      )}
      <Figure name="Received" value={formatMiB(last?.received_bytes ?? 0)} />
    </dl>
  );
}
