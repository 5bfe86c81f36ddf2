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
  flawed: '▲',
  failed: '✕',
  cancelled: '–',
} as const satisfies Record<ComponentStatus | RunStatus | 'flawed', string>;

/** `flawed` is a completed run that something is wrong with. */
export type ShownStatus = keyof typeof marks;

/** A status in a mark, a colour and words: none of them alone. */
export function StatusDot({ status, children }: { status: ShownStatus; children: ComponentChildren }) {
  return (
    <span class={`status is-${status}`}>
      <span class="dot" aria-hidden="true">
        {marks[status]}
      </span>
      {children}
    </span>
  );
}
