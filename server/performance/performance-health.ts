import { formatPercent, isAtLeast } from '../../bench/index.ts';
import type { Component, PerformanceMetrics } from '../../contract/health.ts';
import { routes } from '../../contract/routes.ts';
import type { Metrics, RunRecord } from '../../contract/run.ts';
import { type SettleContext, settleActiveRun } from './settle-run.ts';

type Judged = Pick<Component, 'status' | 'reason'>;

const bytesPerMebibyte = 1_048_576;
/** Among so many newest runs the last that completed or failed is looked for. */
const recentRuns = 10;
/** Characters; the run's page has all of it. */
const mostOfReason = 200;

/** Before the first completed run, and when the stores cannot be asked. */
export const noPerformanceMetrics: Omit<PerformanceMetrics, 'total_runs_completed' | 'active_run_id'> = {
  latest_run_id: null,
  latest_scenario: null,
  latest_throughput_mbps: null,
  latest_p99_latency_ms: null,
  latest_mean_latency_ms: null,
  latest_median_latency_ms: null,
  latest_success_rate: null,
  latest_lower_bounds: null,
  last_run_started_at: null,
  last_run_completed_at: null,
};

/** The `performance` component: figures of the last completed run; degraded when the last one went wrong. */
export async function readPerformanceHealth(context: SettleContext): Promise<Component> {
  const { runs } = context;
  const active = await settleActiveRun(context);
  const [totals, recent] = await Promise.all([runs.readTotals(), runs.listRuns(recentRuns, null)]);
  const { latestCompletedRunId } = totals;
  const latest = latestCompletedRunId === null ? null : await runs.readRun(latestCompletedRunId);
  const metrics: PerformanceMetrics = {
    ...(latest ? describeLatest(latest) : noPerformanceMetrics),
    total_runs_completed: totals.completed,
    active_run_id: active?.run_id ?? null,
  };
  return describePerformance(judge(recent.runs), metrics);
}

export function describePerformance(judged: Judged, metrics: Component['metrics']): Component {
  return {
    id: 'performance',
    ...judged,
    display_name: 'Performance Testing',
    description: `Performance testing component for measuring system throughput and latency. Workload can be triggered via POST ${routes.workload}. Results retrieved via GET ${routes.results}/{run_id}.`,
    metrics,
  };
}

function describeLatest(run: RunRecord): typeof noPerformanceMetrics {
  const { run_id, workload, metrics, started_at, completed_at } = run;
  if (metrics === null) return noPerformanceMetrics;
  return {
    latest_run_id: run_id,
    latest_scenario: workload.scenario,
    latest_throughput_mbps: round(metrics.throughput.bytes_per_second / bytesPerMebibyte),
    latest_p99_latency_ms: metrics.latency.p99_ms,
    latest_mean_latency_ms: metrics.latency.mean_ms,
    latest_median_latency_ms: metrics.latency.median_ms,
    latest_success_rate: metrics.success_rate,
    latest_lower_bounds: nameLowerBounds(metrics),
    last_run_started_at: started_at,
    last_run_completed_at: completed_at,
  };
}

function nameLowerBounds({ latency }: Metrics): string | null {
  const names = (['mean', 'median', 'p99'] as const).filter((statistic) => isAtLeast(latency, statistic));
  return names.length === 0 ? null : names.join(', ');
}

/** A cancelled run says nothing about the system. */
function judge(newestFirst: readonly RunRecord[]): Judged {
  const last = newestFirst.find(({ status }) => status === 'completed' || status === 'failed');
  if (last?.status === 'failed') {
    const why = (last.failure_reason ?? 'nobody knows why').slice(0, mostOfReason);
    return { status: 'degraded', reason: `The last run failed: ${why}` };
  }
  const success = last?.metrics?.success_rate ?? 100;
  if (success === 100) return { status: 'ok', reason: null };
  return { status: 'degraded', reason: `Of the last run's requests ${formatPercent(success)} succeeded.` };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
