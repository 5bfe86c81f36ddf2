import { type Activity, isTerminal, type Progress, type RunRecord } from '../../contract/run.ts';

/** What a run is at, by its record and its latest progress; null once it has ended. */
export function findActivity(run: RunRecord, progress: Progress | null): Activity | null {
  const { status, activity, planned_seconds, merged_by, load_finished_at } = run;
  if (isTerminal(status)) return null;
  if (status === 'started') return activity ?? 'launching';
  if (load_finished_at !== null) return 'reporting';
  if (merged_by !== null) return 'sending_alone';
  if (activity === 'recalibrating' || activity === 'collecting') return activity;
  const isOverTime = planned_seconds !== null && (progress?.elapsed_seconds ?? 0) > planned_seconds;
  return isOverTime ? 'draining' : 'loading';
}
