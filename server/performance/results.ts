import type { Results } from '../../contract/results.ts';
import { documentPath } from '../../contract/routes.ts';
import type { Progress, RunRecord } from '../../contract/run.ts';
import { findActivity } from './find-activity.ts';
import type { PerformanceContext } from './performance-context.ts';
import { readSettledRun } from './read-run.ts';

/**
 * The run as its results document shows it. Progress is the latest that its runner wrote: also how far a failed or cancelled
 * run came; null once the metrics say it all.
 * @throws {DomainError} `run_not_found`.
 */
export async function readResults(context: PerformanceContext, runId: string): Promise<Results> {
  const run = await readSettledRun(context, runId);
  const progress = run.status === 'completed' ? null : await context.runs.readProgress(runId);
  return toResults(run, progress);
}

export function toResults(run: RunRecord, progress: Progress | null): Results {
  return {
    run_id: run.run_id,
    status: run.status,
    started_at: run.started_at,
    completed_at: run.completed_at,
    estimated_completion: run.estimated_completion,
    metrics: run.metrics,
    progress,
    activity: findActivity(run, progress),
    planned_seconds: run.planned_seconds,
    cancel_requested: run.cancel_requested,
    failure_reason: run.failure_reason,
    verdict: run.verdict,
    labels: run.labels,
    stopped_because: run.stopped_because,
    crossed_thresholds: run.crossed_thresholds,
    workload: run.workload,
    delivery_settings: run.delivery_settings,
    documents: Object.fromEntries(run.documents.map((name) => [name, documentPath(run.run_id, name)])),
  };
}
