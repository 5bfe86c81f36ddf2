import type { Calibration, Ceiling, Report } from '../../contract/report.ts';
import type { Metrics } from '../../contract/run.ts';
import { formatFigure, formatMiB, formatMiBPerSecond, formatMs } from './format.ts';
import { figures, prose, type Row } from './terminal-layout.ts';

/** The mean size below which the cost of a body is that of its request. */
const smallBodyBytes = 65_536;

/** What service and load generator spent, and what the generator can do at most. */
export function describeCost({ white_box, black_box, calibration }: Report): Row[] {
  const { generator, metrics } = black_box;
  const perGigabyte = (cpuSeconds: number | null) =>
    cpuSeconds === null ? [] : [`${formatFigure(cpuSeconds)} CPU-s/GB`];
  return [
    ...(white_box === null
      ? []
      : [
          figures('service', [
            ...perGigabyte(white_box.cpu_seconds_per_gb),
            `${formatFigure(white_box.cpu_seconds)} CPU-s`,
            `peak ${formatMiB(white_box.peak_rss_bytes)}`,
          ]),
        ]),
    figures('client', [
      ...(hasSmallBodies(metrics)
        ? [`${formatMs((1_000 * generator.cpu_seconds) / metrics.total_requests)} CPU/request`]
        : perGigabyte(generator.cpu_seconds_per_gb)),
      `${formatFigure(generator.cpu_seconds)} CPU-s`,
      `peak ${formatMiB(generator.peak_rss_bytes)}`,
      `timestamps ± ${formatMs(generator.timestamp_uncertainty_ms)}`,
    ]),
    ...describeCeiling(calibration, metrics),
  ];
}

/** What the same generator got from a null server, in the unit that the load is about. */
function describeCeiling(calibration: Calibration | null, metrics: Metrics): Row[] {
  const format = ({ bytes_per_second, requests_per_second }: Ceiling) =>
    hasSmallBodies(metrics)
      ? `${formatFigure(requests_per_second)} requests/s`
      : formatMiBPerSecond(bytes_per_second);
  const { before = null, after = null } = calibration ?? {};
  const looks = [
    ...(before === null ? [] : [`${format(before)} before`]),
    ...(after === null ? [] : [`${format(after)} after`]),
  ];
  return looks.length === 0 ? [] : [prose('ceiling', `${looks.join(', ')}, from a null server`)];
}

/** Of small bodies, requests count, not bytes. */
export function hasSmallBodies({ total_bytes, throughput, duration_seconds }: Metrics): boolean {
  return total_bytes < smallBodyBytes * throughput.requests_per_second * duration_seconds;
}
