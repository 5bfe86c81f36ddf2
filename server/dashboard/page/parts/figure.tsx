import type { ComponentChildren } from 'preact';
import { formatPercent } from '../../../../bench/presentation.ts';

export interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly children?: ComponentChildren;
}

/** One number that matters, its name above and what qualifies it below. */
export function Figure({ name, value, unit, children }: FigureProps) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
        {unit ? <span class="unit"> {unit}</span> : null}
        {children ? <div class="below">{children}</div> : null}
      </dd>
    </div>
  );
}

/** `4.2 % more`, marked as better or worse by which way is good. */
export function Change({ change, isMoreBetter }: { change: number | null; isMoreBetter: boolean }) {
  if (change === null) return <span class="muted">no earlier one to compare</span>;
  const percent = Math.abs(change) * 100;
  if (percent < 0.05) return <span class="muted">unchanged</span>;
  const isBetter = change > 0 === isMoreBetter;
  return (
    <span class={isBetter ? 'better' : 'worse'}>
      <span aria-hidden="true">{change > 0 ? '↑' : '↓'}</span> {formatPercent(Math.round(percent * 10) / 10)}{' '}
      {change > 0 ? 'more' : 'less'}
    </span>
  );
}
