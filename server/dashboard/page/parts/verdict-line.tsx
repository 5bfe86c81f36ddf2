import { formatCountOf } from '../../../../bench/presentation.ts';
import type { Results } from '../../../../contract/results.ts';
import { UserText } from './user-text.tsx';

/** Whether the figures may be believed, and what limits them, each with its reasons. */
export function VerdictLine({ verdict, labels }: Pick<Results, 'verdict' | 'labels'>) {
  if (verdict === null) return null;
  return (
    <div class={`verdict is-${verdict.value}`}>
      <p class="verdict-word">{[verdict.value, ...labels.map(({ label }) => label)].join(', ')}</p>
      <ul>
        {verdict.reasons.map((reason) => (
          <li key={reason}>
            <UserText text={reason} />
          </li>
        ))}
        {labels.map(({ label, reason, withholds }) => (
          <li key={label}>
            <b>{label}</b>: <UserText text={reason} />
            {withholds.length > 0 ? (
              <span class="muted">
                . Not to be concluded: <UserText text={withholds.join('; ')} />.
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The thresholds that did not hold, by name; nothing where all did. */
export function CrossedLine({ crossed }: { crossed: readonly string[] | null }) {
  if (crossed === null || crossed.length === 0) return null;
  return (
    <p class="crossed">
      <span aria-hidden="true">✗</span> {formatCountOf(crossed.length, 'threshold')} crossed:{' '}
      <UserText text={crossed.join(', ')} />
    </p>
  );
}
