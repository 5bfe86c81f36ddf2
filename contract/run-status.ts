/** `started`: created, no load yet. `completed` says that it was measured, not that requests succeeded. */
export const runStatuses = ['started', 'running', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

export function isTerminal(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
