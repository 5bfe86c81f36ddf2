import type { Report, ReportScenario } from '../../contract/report.ts';
import { formatCount, formatFigure, formatSeconds } from './format.ts';

/** A shorter end is none that a figure would show. */
const leastDrainSeconds = 0.1;

/** How many clients, or how many requests a second, for how long: `20 clients for 30 s`, `10 requests/s for 60 s`. */
export function describeLoad(scenario: ReportScenario): string {
  const { executor, iterations, duration_seconds, start_vus, stages, vus } = scenario;
  const clients = `${formatCount(vus)} ${vus === 1 ? 'client' : 'clients'}`;
  const duration = duration_seconds === null ? '' : ` for ${formatPlanned(duration_seconds)} s`;
  switch (executor) {
    case 'per-vu-iterations':
      return iterations === 1 ? clients : `${clients} × ${formatCount(iterations ?? 0)} requests`;
    case 'shared-iterations':
      return `${clients} for ${formatCount(iterations ?? 0)} requests`;
    case 'ramping-vus': {
      const seconds = stages.reduce((sum, stage) => sum + stage.duration_seconds, 0);
      return `${formatCount(start_vus ?? 0)} to ${clients} in ${formatPlanned(seconds)} s`;
    }
    case 'constant-arrival-rate':
      return `${formatPlanned((scenario.rate ?? 0) / (scenario.time_unit_seconds ?? 1))} requests/s${duration}`;
    default:
      return `${clients}${duration}`;
  }
}

/** `model: closed` or `open`, and what that means for the figures. */
export function describeModel({ model }: ReportScenario): string {
  return model === 'open'
    ? 'The load is an open model: requests are due at fixed times, whatever the service does. Latency counts from when a request started, response time from when it was due.'
    : 'The load is a closed model: a client that waits does not ask again, so a slow service gets less load.';
}

/** `by its longest duration of 5 s: 179 of 200 iterations`; null for a load that was not cut. */
export function describeCut({ cut_short, scenario }: Pick<Report, 'cut_short' | 'scenario'>): string | null {
  if (cut_short === null) return null;
  const { max_duration_seconds } = scenario;
  const duration = max_duration_seconds === null ? '' : ` of ${formatPlanned(max_duration_seconds)} s`;
  return `by its longest duration${duration}: ${formatCount(cut_short.made)} of ${formatCount(cut_short.planned)} iterations`;
}

/** How long a load by time went on, and how long what was in flight took to end; null where it ended in its time, or has none. */
export function measureDrain({
  scenario,
  black_box,
}: Report): { loadSeconds: number; drainSeconds: number } | null {
  const { duration_seconds, stages } = scenario;
  const loadSeconds = duration_seconds ?? stages.reduce((sum, stage) => sum + stage.duration_seconds, 0);
  const drainSeconds = black_box.metrics.duration_seconds - loadSeconds;
  return loadSeconds > 0 && drainSeconds > leastDrainSeconds ? { loadSeconds, drainSeconds } : null;
}

/** `20 s of load and 17.1 s until all had ended`; null as `measureDrain`. */
export function describeDrain(report: Report): string | null {
  const drain = measureDrain(report);
  if (drain === null) return null;
  return `load ${formatPlanned(drain.loadSeconds)} s + ${formatSeconds(drain.drainSeconds)} drain`;
}

/** What was planned is exact: no digits after it. */
function formatPlanned(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatFigure(value);
}
