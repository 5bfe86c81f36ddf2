import { formatPercent } from '../../../../bench/presentation.ts';

export interface Share {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
}

/** What a whole is made of, the parts named where they lie when there is room. */
export function StackedBar({ label, shares }: { label: string; shares: readonly Share[] }) {
  return (
    <div class="stacked" role="img" aria-label={`${label}: ${shares.map(describe).join(', ')}`}>
      {shares.map((share, index) => (
        <span
          key={share.label}
          class={`part part-${Math.min(index, 7)}`}
          style={{ flexGrow: share.share }}
          title={describe(share)}
        >
          {share.share > 0.12 ? describe(share) : ''}
        </span>
      ))}
    </div>
  );
}

function describe({ label, share }: Share): string {
  return `${label} ${formatPercent(Math.round(share * 1_000) / 10)}`;
}
