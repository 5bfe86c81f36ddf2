import type { Report } from '../../../contract/report.ts';
import type { InstanceTelemetry } from '../../../contract/telemetry.ts';
import {
  formatCount,
  formatFigure,
  formatMs,
  formatPercent,
  noSample,
  toGigabytes,
  toMiBFigure,
  toPercentFigure,
  toWholeMiB,
} from '../format.ts';
import { escapeMarkdown, section, table } from './markdown.ts';

/** What client and service measured of where a download's time went; the parts inside the service are not timed yet. */
export function renderTime(report: Report): string {
  const { white_box } = report;
  return section(
    'Where the time went',
    describeClientSide(report),
    ...(white_box === null
      ? ['The service sent no telemetry of this run, so its side is unknown.']
      : [renderInstances(white_box.instances), describeCpu(white_box.instances)]),
    'The steps inside the service (metadata, its own queue, S3) are not timed in this version, so this report names no suspect.',
  );
}

/** Means may be subtracted only when they are over the same requests. */
function describeClientSide({ black_box: { metrics, connect } }: Report): string {
  const { latency, first_byte } = metrics;
  if (latency.count === 0 || latency.count !== first_byte.count || latency.count !== connect.count) return '';
  const total = latency.mean_ms ?? 0;
  const connecting = connect.mean_ms ?? 0;
  const waiting = (first_byte.mean_ms ?? 0) - connecting;
  const receiving = total - connecting - waiting;
  if (total <= 0) return '';
  const part = (ms: number) => `${formatMs(ms)} (${formatPercent((100 * ms) / total)})`;
  return `As the clients saw it, the mean download of ${formatMs(total)} spent ${part(connecting)} connecting, ${part(waiting)} waiting for the first byte and ${part(receiving)} receiving the body.`;
}

function renderInstances(instances: readonly InstanceTelemetry[]): string {
  const rows = instances.map((instance) => [
    escapeMarkdown(instance.instance_id.slice(0, 8)),
    formatCount(instance.requests_completed),
    formatCount(instance.requests_aborted),
    toMiBFigure(instance.body_bytes),
    formatFigure(instance.cpu_seconds),
    instance.body_bytes === 0
      ? noSample
      : formatFigure(instance.cpu_seconds / toGigabytes(instance.body_bytes)),
    toWholeMiB(instance.peak_rss_bytes),
    toPercentFigure(100 * instance.event_loop_utilization),
    formatFigure(instance.event_loop_delay_max_ms),
  ]);
  const header = [
    'Instance',
    'completed',
    'broken off',
    'sent (MiB)',
    'CPU (s)',
    'CPU-s/GB',
    'memory (MiB)',
    'loop busy (%)',
    'loop delay (ms)',
  ];
  return table(header, rows, 'lrrrrrrrr');
}

function describeCpu(instances: readonly InstanceTelemetry[]): string {
  const cores = instances.reduce(
    (sum, { cpu_seconds, active_seconds }) => sum + (active_seconds > 0 ? cpu_seconds / active_seconds : 0),
    0,
  );
  return `While requests were under way, the service used ${formatFigure(cores)} cores. Memory and the event loop's delay are the highest that were seen.`;
}
