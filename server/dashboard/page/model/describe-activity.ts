import type { Results } from '../../../../contract/results.ts';
import type { Activity, Progress } from '../../../../contract/run.ts';

type Watched = Pick<Results, 'activity' | 'planned_seconds' | 'cancel_requested'>;

const words = {
  launching: 'starting the runner',
  calibrating: 'measuring what the load generator can do, before the load',
  assembling: 'waiting for all runners to be ready',
  loading: 'loading the service',
  draining: 'waiting for the last answers; no request starts any more',
  recalibrating: 'load over; measuring what the load generator can do once more',
  collecting: 'load over; waiting for what the other runners measured',
  sending_alone: 'load over; sending a few requests one at a time, to compare with',
  reporting: 'load over; writing the report',
} as const satisfies Record<Activity, string>;

/** What a run under way is at, in words. */
export function describeActivity({ activity, cancel_requested }: Watched): string {
  if (cancel_requested) return 'cancelling';
  return activity === null ? 'running' : words[activity];
}

/** Whether progress is written every second, so that its absence means something. */
export function hasProgress({ activity }: Watched): boolean {
  return activity === null || activity === 'loading' || activity === 'draining';
}

/** How much of the load is done, from 0 to 1, by time where it ends by time; null before and after it, and where nobody can tell. */
export function findShareDone(run: Watched, last: Progress | null): number | null {
  if (last === null || !hasProgress(run)) return null;
  if (run.planned_seconds !== null) return Math.min(last.elapsed_seconds / run.planned_seconds, 1);
  return last.total_requests ? Math.min(last.done / last.total_requests, 1) : null;
}
