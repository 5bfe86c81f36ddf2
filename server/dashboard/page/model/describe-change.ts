import { formatFigure, formatPercent } from '../../../../bench/presentation.ts';

/** `4.2 % more`, `3 times`: what a ratio is in words that do not judge. */
export function describeChange(ratio: number): string {
  const percent = Math.round(Math.abs(ratio - 1) * 1_000) / 10;
  if (percent === 0) return 'unchanged';
  if (ratio >= 2) return `${formatFigure(ratio)} times`;
  return `${formatPercent(percent)} ${ratio > 1 ? 'more' : 'less'}`;
}
