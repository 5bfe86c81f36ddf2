import { formatFigure, formatPercent } from '../../../../bench/presentation.ts';

const turned = { 'at most': 'at least', 'at least': 'at most' } as const;

/** `4.2 % more`, `3 times`: what a ratio is in words that do not judge. `bound`: of a ratio that is only known so far. */
export function describeChange(ratio: number, bound: keyof typeof turned | null = null): string {
  const percent = Math.round(Math.abs(ratio - 1) * 1_000) / 10;
  const mark = bound === null ? '' : `${bound} `;
  if (percent === 0) return bound === null ? 'unchanged' : `${mark}as much`;
  if (ratio >= 2) return `${mark}${formatFigure(ratio)} times`;
  if (ratio > 1) return `${mark}${formatPercent(percent)} more`;
  return `${bound === null ? '' : `${turned[bound]} `}${formatPercent(percent)} less`;
}
