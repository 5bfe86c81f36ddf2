import {
  formatBytes,
  formatFigure,
  formatMiB,
  formatMiBPerSecond,
  formatMs,
  formatPercent,
  formatSeconds,
  noSample,
} from '../report/format.ts';

/** `12.3 MiB/s`: the figure with its unit, `≥` where the true one may be greater. */
export function formatMetric(value: number | null, unit: string, isAtLeast = false): string {
  if (value === null) return noSample;
  const text = formatters[unit]?.(value) ?? `${formatFigure(value)} ${unit}`.trimEnd();
  return isAtLeast ? `≥ ${text}` : text;
}

const formatters: Readonly<Record<string, (value: number) => string>> = {
  'B/s': formatMiBPerSecond,
  s: formatSeconds,
  ms: formatMs,
  '%': formatPercent,
  B: (bytes) => (bytes < 1_048_576 ? formatBytes(bytes) : formatMiB(bytes)),
};
