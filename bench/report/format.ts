/** Figures as people read them, each with its unit. The one place for rounding, separators and units. */

const mebibyte = 1_048_576;
const gigabyte = 1e9;

/** What stands where there was no sample. */
export const noSample = '–';

export interface TimeUnit {
  readonly name: 's' | 'ms';
  readonly ms: number;
}

/** Seconds from one second on, milliseconds below: give the largest of figures that stand side by side. */
export function chooseTimeUnit(largestMs: number | null): TimeUnit {
  return Math.abs(largestMs ?? 0) >= 1_000 ? { name: 's', ms: 1_000 } : { name: 'ms', ms: 1 };
}

/** `4.31 s`, `12.4 ms`. */
export function formatMs(ms: number | null, unit: TimeUnit = chooseTimeUnit(ms)): string {
  return ms === null ? noSample : `${formatMsIn(ms, unit)} ${unit.name}`;
}

/** `4.31`: for tables with the unit in the header. */
export function formatMsIn(ms: number | null, unit: TimeUnit): string {
  if (ms === null) return noSample;
  const value = ms / unit.ms;
  const size = Math.abs(value);
  if (unit.name === 's') return size < 1 ? formatShort(value, 3) : formatFixed(value, size < 100 ? 2 : 1);
  return size >= 100 ? formatFixed(value, 0) : formatFigure(value);
}

export function formatSeconds(seconds: number): string {
  return formatMs(seconds * 1_000);
}

/** `24,834,009`. */
export function formatCount(count: number): string {
  return formatFixed(count, 0);
}

/** `1 round`, `1,234 rounds`. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `24,834,009 B`: exact. */
export function formatBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

export function formatMiB(bytes: number): string {
  return `${toWholeMiB(bytes)} MiB`;
}

export function toWholeMiB(bytes: number): string {
  return formatFixed(toMebibytes(bytes), 0);
}

export function formatMiBPerSecond(bytesPerSecond: number): string {
  return `${toMiBFigure(bytesPerSecond)} MiB/s`;
}

/** `455.4`: for tables with the unit in the header. */
export function toMiBFigure(bytes: number): string {
  return formatFigure(toMebibytes(bytes));
}

/** From 0 to 100. Only what is all or nothing reads `100 %` or `0 %`. */
export function formatPercent(percentage: number): string {
  return `${toPercentFigure(percentage)} %`;
}

export function toPercentFigure(percentage: number): string {
  if (percentage > 99.9 && percentage < 100) return '> 99.9';
  if (percentage > 0 && percentage < 0.1) return '< 0.1';
  if (percentage < 0 && percentage > -0.05) return '0';
  return Number.isInteger(percentage) ? formatCount(percentage) : formatFixed(percentage, 1);
}

/** Three digits or so: `1,234`, `455.4`, `19.2`, `2.60`, `0.012`. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1_000) return formatFixed(value, 0);
  if (size >= 10) return formatFixed(value, 1);
  if (size >= 0.1) return formatFixed(value, 2);
  return formatShort(Number(value.toPrecision(2)));
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function toMebibytes(bytes: number): number {
  return bytes / mebibyte;
}

export function toGigabytes(bytes: number): number {
  return bytes / gigabyte;
}

/** Below 1, where nothing is to be separated. */
function formatShort(value: number, digits?: number): string {
  return (digits === undefined ? value.toString() : value.toPrecision(digits)).replace(/^-/, '−');
}

function formatFixed(value: number, digits: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 ? '−' : '';
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${fraction}`;
}
