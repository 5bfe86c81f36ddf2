/** `started`: created, no load yet. `completed` says that it was measured, not that requests succeeded. */
export const runStatuses = ['started', 'running', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What a run under way is at, in order: between its load and its end several things take their time. */
export const activities = [
  /** No runner has come yet. */
  'launching',
  /** What the load generator can do is measured, before the load and once more after it. */
  'calibrating',
  /** Runners that are ready wait for the others. */
  'assembling',
  'loading',
  /** A load by time is over, and its last requests are not. */
  'draining',
  'recalibrating',
  /** Runners that are done wait for the others. */
  'collecting',
  /** A few requests are sent one at a time, to compare with. */
  'sending_alone',
  'reporting',
] as const;
export type Activity = (typeof activities)[number];

export function isTerminal(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
