import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatFigure,
  formatPercent,
  formatSeconds,
} from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';
import type { Distribution } from '../../../../../contract/run.ts';
import { formatLatency } from '../../model/format-latency.ts';
import { Figure } from '../figure.tsx';
import { Scrollable } from '../scrollable.tsx';

const mebibyte = 1_048_576;
const statistics = ['mean', 'median', 'p90', 'p95', 'p99', 'min', 'max'] as const;

/** The figures that a report is asked for, and the distributions behind them. */
export function FiguresPanel({ report: { black_box } }: { report: Report }) {
  const { metrics, connect, redirect, response_time, start_delay } = black_box;
  const { latency, throughput } = metrics;
  const rows: readonly (readonly [string, Distribution & { censored?: number }])[] = [
    ['Latency', latency],
    ...(response_time ? ([['Response time', response_time]] as const) : []),
    ['First byte', metrics.first_byte],
    ['Connect', connect],
    ...(redirect ? ([['Redirect', redirect]] as const) : []),
    ...(start_delay ? ([['Start delay', start_delay]] as const) : []),
  ];
  return (
    <section class="panel" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <dl class="figures">
        <Figure name="Throughput" value={formatFigure(throughput.bytes_per_second / mebibyte)} unit="MiB/s">
          {formatFigure(throughput.requests_per_second)} requests/s
        </Figure>
        <Figure name="Median latency" value={formatLatency(latency, 'median')} />
        <Figure name="p99 latency" value={formatLatency(latency, 'p99')}>
          n = {formatCount(latency.count)}
          {latency.censored > 0 ? `, ${formatCountOf(latency.censored, 'timeout')}` : ''}
        </Figure>
        <Figure name="Success rate" value={formatPercent(metrics.success_rate)}>
          {formatCountOf(metrics.total_requests, 'request')}
        </Figure>
        <Figure name="Duration" value={formatSeconds(metrics.duration_seconds)}>
          {formatBytes(metrics.total_bytes)}
        </Figure>
      </dl>
      <Scrollable label="Distributions">
        <table class="numbers">
          <caption class="visually-hidden">Distributions of times by request</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {statistics.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">n</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, distribution]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {statistics.map((statistic) => (
                  <td key={statistic}>
                    {formatLatency({ ...distribution, censored: distribution.censored ?? 0 }, statistic)}
                  </td>
                ))}
                <td>{formatCount(distribution.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </section>
  );
}
