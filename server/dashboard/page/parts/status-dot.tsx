import type { ComponentChildren } from 'preact';
import type { ComponentStatus } from '../../../../contract/health.ts';
import type { RunStatus } from '../../../../contract/run.ts';

const marks = {
  ok: '●',
  degraded: '▲',
  down: '✕',
  started: '◌',
  running: '◐',
  completed: '●',
  failed: '✕',
  cancelled: '–',
} as const satisfies Record<ComponentStatus | RunStatus, string>;

/** A status in a mark, a colour and words: none of them alone. */
export function StatusDot({
  status,
  children,
}: {
  status: ComponentStatus | RunStatus;
  children: ComponentChildren;
}) {
  return (
    <span class={`status is-${status}`}>
      <span class="dot" aria-hidden="true">
        {marks[status]}
      </span>
      {children}
    </span>
  );
}
