import type { RunRecord } from '../../contract/run.ts';

type Given = Pick<
  RunRecord,
  | 'run_id'
  | 'workload'
  | 'delivery_settings'
  | 'shards'
  | 'planned_seconds'
  | 'started_at'
  | 'estimated_completion'
  | 'hard_deadline'
>;

/** The record of a run of which nothing has happened yet. */
export function newRun(given: Given): RunRecord {
  return {
    ...given,
    status: 'started',
    byte_budget: null,
    launched_at: null,
    load_starts_at: null,
    activity: null,
    absent_shards: [],
    missing_shards: [],
    merged_by: null,
    load_finished_at: null,
    completed_at: null,
    cancel_requested: false,
    failure_reason: null,
    metrics: null,
    verdict: null,
    labels: [],
    stopped_because: null,
    crossed_thresholds: null,
    documents: [],
  };
}
