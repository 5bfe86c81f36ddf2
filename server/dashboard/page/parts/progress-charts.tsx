import { useMemo } from 'preact/hooks';
import { formatCount, formatFigure } from '../../../../bench/presentation.ts';
import type { Progress } from '../../../../contract/run.ts';
import { formatAxisSeconds } from '../charts/format-axis.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { curveOfProgress } from '../model/rate-curve.ts';

const mebibyte = 1_048_576;

/** How a run comes along, or came along where it left no report; without points the axes alone. */
export function ProgressCharts({ points }: { points: readonly Progress[] }) {
  const curve = useMemo(() => curveOfProgress(points), [points]);
  const rates = useMemo(
    () => curve.bytesPerSecond.map((rate) => (rate === null ? null : rate / mebibyte)),
    [curve],
  );
  const shared = {
    x: curve.seconds,
    xLabel: 'elapsed',
    formatX: formatElapsed,
    formatXAxis: formatAxisSeconds,
  } as const;
  return (
    <div class="charts">
      <LineChart
        {...shared}
        title="Receiving"
        unit="MiB/s"
        formatY={formatFigure}
        lines={[{ label: 'MiB/s', values: rates, color: 0, isFilled: true }]}
      />
      <LineChart
        {...shared}
        title="In flight"
        unit="requests"
        formatY={formatCount}
        isCount
        lines={[{ label: 'in flight', values: curve.inFlight, color: 1, isFilled: true }]}
      />
    </div>
  );
}

export function formatElapsed(seconds: number): string {
  return `${formatFigure(Math.round(seconds * 10) / 10)} s`;
}
