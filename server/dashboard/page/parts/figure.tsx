import type { ComponentChildren } from 'preact';
import { describeChange } from '../model/describe-change.ts';

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

interface ChangeProps {
  readonly ratio: number | null;
  /** Which of the two are lower bounds. */
  readonly isAtLeast?: { readonly now: boolean; readonly before: boolean };
}

/** How a figure differs from that of the run before it, which decides nothing: neither colour nor praise. */
export function Change({ ratio, isAtLeast = { now: false, before: false } }: ChangeProps) {
  if (ratio === null) return <span>no earlier one to compare</span>;
  if (isAtLeast.now && isAtLeast.before) return <span>both cut off: no telling</span>;
  const bound = isAtLeast.now ? 'at least' : isAtLeast.before ? 'at most' : null;
  return <span>{describeChange(ratio, bound)}</span>;
}
