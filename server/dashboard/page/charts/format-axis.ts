/** Round numbers of an axis, as short as they are: `300`, `0.5`, `1,200`. */
export function formatAxis(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 6 });
}

/** Times of an axis, from milliseconds: `250 ms`, `1.5 s`; nothing is in no unit. */
export function formatAxisMs(ms: number): string {
  if (ms === 0) return '0';
  return Math.abs(ms) >= 1_000 ? `${formatAxis(ms / 1_000)} s` : `${formatAxis(ms)} ms`;
}

export function formatAxisSeconds(seconds: number): string {
  return `${formatAxis(seconds)} s`;
}
