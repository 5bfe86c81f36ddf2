import type { BlackBox, Calibration, Ceiling, Generator, Report } from '../../contract/report.ts';
import { areSizesKnown, listCeilings } from './ceiling-share.ts';
import { formatFigure, formatMiB, formatMiBPerSecond, formatMs } from './format.ts';
import { figures, prose, type Row } from './terminal-layout.ts';

/** The mean size below which the cost of a body is that of its request. */
export const smallBodyBytes = 65_536;

/** What service and load generator spent, and what the generator can do at most. */
export function describeCost({ white_box, black_box, calibration }: Report): Row[] {
  const { generator } = black_box;
  const perUnit = (spent: Spent) => {
    const { figure, unit } = computeCost(spent, black_box);
    return figure === null ? [] : [`${formatFigure(figure)} ${unit}`];
  };
  return [
    ...(white_box === null
      ? []
      : [
          figures('service', [
            ...perUnit(white_box),
            `${formatFigure(white_box.cpu_seconds)} CPU-s`,
            `peak ${formatMiB(white_box.peak_rss_bytes)}`,
          ]),
        ]),
    figures('client', [
      ...perUnit(generator),
      `${formatFigure(generator.cpu_seconds)} CPU-s`,
      `peak ${formatMiB(generator.peak_rss_bytes)}`,
      `timestamps ± ${formatMs(generator.timestamp_uncertainty_ms)}`,
    ]),
    ...describeCeiling(calibration, black_box),
  ];
}

export type Spent = Pick<Generator, 'cpu_seconds' | 'cpu_seconds_per_gb'>;

/** CPU time by what the load is about: by bytes, or by requests where bodies are small. */
export function computeCost(spent: Spent | null, blackBox: BlackBox): { figure: number | null; unit: string } {
  const { total_requests } = blackBox.metrics;
  if (total_requests === 0 || !hasSmallBodies(blackBox))
    return { figure: spent?.cpu_seconds_per_gb ?? null, unit: 'CPU-s/GB' };
  const figure = spent === null ? null : (1_000 * spent.cpu_seconds) / total_requests;
  return { figure, unit: 'CPU-ms/request' };
}

/** What the same generator got from a null server, in the unit that the load is about. */
function describeCeiling(calibration: Calibration | null, blackBox: BlackBox): Row[] {
  const format = ({ bytes_per_second, requests_per_second }: Ceiling) =>
    hasSmallBodies(blackBox) || !areSizesKnown(listCeilings(calibration))
      ? `${formatFigure(requests_per_second)} requests/s`
      : formatMiBPerSecond(bytes_per_second);
  const { before = null, after = null } = calibration ?? {};
  const looks = [
    ...(before === null ? [] : [`${format(before)} before`]),
    ...(after === null ? [] : [`${format(after)} after`]),
  ];
  return looks.length === 0 ? [] : [prose('ceiling', `${looks.join(', ')}, from a null server`)];
}

/** Of small bodies, requests count, not bytes; where nothing succeeded, those of the failures say what was moved. */
export function hasSmallBodies({ metrics, outcomes, generator: { received } }: BlackBox): boolean {
  const successes = outcomes.ok ?? 0;
  if (successes > 0) return metrics.total_bytes < smallBodyBytes * successes;
  return received.bytes.reduce((sum, bytes) => sum + bytes, 0) < smallBodyBytes * metrics.total_requests;
}
