import {
  formatBytes,
  formatCount,
  formatFigure,
  formatMiB,
  formatMs,
  formatPercent,
} from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';
import type { InstanceTelemetry } from '../../../../../contract/telemetry.ts';
import { PhaseBar } from './phase-bar.tsx';
import { TimeParts } from './time-parts.tsx';

/** What the clients saw beside what the service says of the same requests. */
export function SidesPanel({ report: { black_box, white_box, calibration } }: { report: Report }) {
  const { metrics, generator, outcomes } = black_box;
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'Requests',
      formatCount(metrics.total_requests),
      white_box ? formatCount(white_box.requests_started) : '–',
    ],
    ['Completed', formatCount(outcomes.ok ?? 0), white_box ? formatCount(white_box.requests_completed) : '–'],
    ['Body bytes', formatBytes(metrics.total_bytes), white_box ? formatBytes(white_box.body_bytes) : '–'],
    [
      'CPU',
      `${formatFigure(generator.cpu_seconds)} CPU-s`,
      white_box ? `${formatFigure(white_box.cpu_seconds)} CPU-s` : '–',
    ],
    ['CPU per GB', showCost(generator.cpu_seconds_per_gb), showCost(white_box?.cpu_seconds_per_gb ?? null)],
    ['Peak memory', formatMiB(generator.peak_rss_bytes), white_box ? formatMiB(white_box.peak_rss_bytes) : '–'],
    [
      'Longest turn of the event loop',
      formatMs(generator.timestamp_uncertainty_ms),
      white_box
        ? formatMs(
            Math.max(0, ...white_box.instances.map(({ event_loop_delay_max_ms }) => event_loop_delay_max_ms)),
          )
        : '–',
    ],
    [
      'Cores used',
      formatFigure(generator.cpu_utilization),
      white_box ? formatFigure(sumCores(white_box.instances)) : '–',
    ],
    [
      'Event loop busy',
      '–',
      white_box
        ? formatPercent(
            Math.round(
              Math.max(0, ...white_box.instances.map(({ event_loop_utilization }) => event_loop_utilization)) *
                1_000,
            ) / 10,
          )
        : '–',
    ],
  ];
  const { before = null, after = null } = calibration ?? {};
  return (
    <section class="panel" aria-labelledby="sides">
      <h2 id="sides">Black box and white box</h2>
      {white_box === null ? (
        <p class="fine">The service gave no telemetry of this run, so only the clients' side is known.</p>
      ) : null}
      <div class="side-by-side">
        <table class="numbers sides">
          <thead>
            <tr>
              <td />
              <th scope="col">Clients saw</th>
              <th scope="col">Service says</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, client, service]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{client}</td>
                <td>{service}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {white_box?.attribution ? <TimeParts attribution={white_box.attribution} /> : null}
        {white_box && !white_box.attribution ? <PhaseBar instances={white_box.instances} /> : null}
      </div>
      {before || after ? (
        <p class="fine">
          Ceiling from a null server:{' '}
          {[
            before && `${formatFigure(before.bytes_per_second / 1_048_576)} MiB/s before`,
            after && `${formatFigure(after.bytes_per_second / 1_048_576)} MiB/s after`,
          ]
            .filter(Boolean)
            .join(', ')}
          .
        </p>
      ) : null}
    </section>
  );
}

function sumCores(instances: readonly InstanceTelemetry[]): number {
  return instances.reduce(
    (sum, { cpu_seconds, active_seconds }) => sum + (active_seconds > 0 ? cpu_seconds / active_seconds : 0),
    0,
  );
}

function showCost(cost: number | null): string {
  return cost === null ? '–' : `${formatFigure(cost)} CPU-s/GB`;
}
