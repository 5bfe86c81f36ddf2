import { useMemo } from 'preact/hooks';
import { formatFigure, formatMs, formatPercent, isAtLeast } from '../../../../bench/presentation.ts';
import { runPagePath } from '../../../../contract/routes.ts';
import type { Metrics } from '../../../../contract/run.ts';
import { formatAxisMs } from '../charts/format-axis.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { computeRatio, type ListedRun, listComparable } from '../model/comparable-runs.ts';
import { formatLatency } from '../model/format-latency.ts';
import { formatMoment } from '../model/format-moment.ts';
import { describeDelivery, describeWorkload } from './describe-run.ts';
import { Change, Figure } from './figure.tsx';
import { Moment } from './moment.tsx';
import { CrossedLine, VerdictLine } from './verdict-line.tsx';

const mebibyte = 1_048_576;
/** The last completed run with what changed since the comparable one before it, and how all of those went. */
export function LatestFigures({ runs }: { runs: readonly ListedRun[] }) {
  const latest = runs.find(({ status, metrics }) => status === 'completed' && metrics !== null);
  if (!latest?.metrics) return null;
  const comparable = listComparable(runs, latest);
  const before = comparable.at(-2)?.metrics ?? null;
  const { metrics } = latest;
  const change = (read: (of: Metrics) => number | null) => (
    <Change ratio={computeRatio(read(metrics), before && read(before))} />
  );
  const changeOfLatency = (statistic: 'median' | 'p99') => (
    <Change
      ratio={computeRatio(metrics.latency[`${statistic}_ms`], before?.latency[`${statistic}_ms`] ?? null)}
      isAtLeast={{
        now: isAtLeast(metrics.latency, statistic),
        before: before !== null && isAtLeast(before.latency, statistic),
      }}
    />
  );
  return (
    <section class="panel" aria-labelledby="latest">
      <h2 id="latest">
        Latest run <a href={runPagePath(latest.run_id)}>{latest.workload.scenario}</a>
        <span class="sub">
          <bdi>{describeWorkload(latest)}</bdi> · {describeDelivery(latest)} ·{' '}
          <Moment at={latest.completed_at ?? latest.started_at} />
        </span>
      </h2>
      <VerdictLine verdict={latest.verdict} labels={latest.labels} />
      <CrossedLine crossed={latest.crossed_thresholds} />
      <dl class="figures">
        <Figure
          name="Throughput"
          value={formatFigure(metrics.throughput.bytes_per_second / mebibyte)}
          unit="MiB/s"
        >
          {change((of) => of.throughput.bytes_per_second)}
        </Figure>
        <Figure name="Median latency" value={formatLatency(metrics.latency, 'median')}>
          {changeOfLatency('median')}
        </Figure>
        <Figure name="p99 latency" value={formatLatency(metrics.latency, 'p99')}>
          {changeOfLatency('p99')}
        </Figure>
        <Figure name="Success rate" value={formatPercent(metrics.success_rate)}>
          {change((of) => of.success_rate)}
        </Figure>
      </dl>
      <p class="fine">
        {before
          ? 'Change against the last run of the same load and delivery settings: one run against one, which is no verdict.'
          : 'The first run of this load and these delivery settings.'}
      </p>
      {comparable.length > 1 ? <Trend runs={comparable} /> : null}
    </section>
  );
}

function Trend({ runs }: { runs: readonly ListedRun[] }) {
  const columns = useMemo(
    () => ({
      x: runs.map((_, index) => index + 1),
      throughput: runs.map(({ metrics }) => (metrics?.throughput.bytes_per_second ?? 0) / mebibyte),
      p99: runs.map(({ metrics }) => metrics?.latency.p99_ms ?? null),
      isP99AtLeast: runs.map(({ metrics }) => metrics !== null && isAtLeast(metrics.latency, 'p99')),
      success: runs.map(({ metrics }) => metrics?.success_rate ?? null),
    }),
    [runs.map(({ run_id }) => run_id).join()],
  );
  const nameRun = (position: number) => {
    const run = Number.isInteger(position) ? runs[position - 1] : undefined;
    return run ? formatMoment(new Date(run.started_at)) : '';
  };
  const shared = { x: columns.x, xLabel: 'run', formatX: nameRun, height: 112, hasXAxis: false } as const;
  return (
    <div class="trend">
      <h3>Trend over {runs.length} comparable runs, oldest to newest</h3>
      <div class="charts">
        <LineChart
          {...shared}
          title="Throughput"
          unit="MiB/s"
          formatY={formatFigure}
          lines={[{ label: 'MiB/s', values: columns.throughput, color: 0, hasPoints: true }]}
        />
        <LineChart
          {...shared}
          title="p99 latency"
          unit=""
          formatY={formatMs}
          formatYAxis={formatAxisMs}
          lines={[
            { label: 'p99', values: columns.p99, atLeast: columns.isP99AtLeast, color: 1, hasPoints: true },
          ]}
        />
        <LineChart
          {...shared}
          title="Success rate"
          unit="%"
          formatY={formatFigure}
          yAtLeast={100}
          lines={[{ label: '%', values: columns.success, color: 2, hasPoints: true }]}
        />
      </div>
    </div>
  );
}
