import { useMemo } from 'preact/hooks';
import { formatCount, formatFigure } from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';
import { formatAxisSeconds } from '../../charts/format-axis.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { curveOfReport } from '../../model/rate-curve.ts';
import { formatElapsed } from '../progress-charts.tsx';

const mebibyte = 1_048_576;

/** What arrived when, and how many requests were under way. */
export function TimelinePanel({ report: { black_box } }: { report: Report }) {
  const { generator, series, steadiness } = black_box;
  const curve = useMemo(() => curveOfReport(generator.received, series), [generator.received, series]);
  const rates = useMemo(() => curve.bytesPerSecond.map((rate) => (rate ?? 0) / mebibyte), [curve]);
  if (curve.seconds.length === 0) return null;
  const shared = {
    x: curve.seconds,
    xLabel: 'elapsed',
    formatX: formatElapsed,
    formatXAxis: formatAxisSeconds,
  } as const;
  return (
    <section class="panel" aria-labelledby="timeline">
      <h2 id="timeline">Over time</h2>
      <div class="charts">
        <LineChart
          {...shared}
          title="Receiving"
          unit="MiB/s"
          formatY={formatFigure}
          lines={[{ label: 'MiB/s', values: rates, color: 0, isFilled: true }]}
        />
        {series ? (
          <LineChart
            {...shared}
            title="In flight"
            unit="requests"
            formatY={formatCount}
            isCount
            lines={[{ label: 'in flight', values: curve.inFlight, color: 1, isFilled: true }]}
          />
        ) : null}
      </div>
      {steadiness ? (
        <p class="fine">
          {steadiness.warm_up_ms > 0 ? `Warm-up of ${formatFigure(steadiness.warm_up_ms)} ms` : 'No warm-up'}
          {`; throughput after it changed by ${formatFigure(steadiness.change * 100)} % from beginning to end (${steadiness.method}).`}
        </p>
      ) : null}
    </section>
  );
}
