import type { Report, ReportScenario } from '../../contract/report.ts';
import { countPlannedRequests } from '../scenario.ts';

/** How many requests a report's load was to make; null where that depended on how fast they were answered. */
export function countPlanned(scenario: ReportScenario): number | null {
  const { executor, vus, rate, time_unit_seconds, duration_seconds } = scenario;
  const iterations = scenario.iterations ?? 0;
  switch (executor) {
    case 'per-vu-iterations':
      return countPlannedRequests({ executor, vus, iterations });
    case 'shared-iterations':
      return countPlannedRequests({ executor, iterations });
    case 'constant-arrival-rate':
      return countPlannedRequests({
        executor,
        rate: rate ?? 0,
        timeUnitSeconds: time_unit_seconds ?? 1,
        durationSeconds: duration_seconds ?? 0,
      });
    default:
      return countPlannedRequests({ executor });
  }
}

/** Dropped iterations as k6 counts them: for lack of clients, and for lack of time when the longest duration was over. */
export function countDropped(droppedIterations: number, cut: Report['cut_short']): number {
  return droppedIterations + (cut === null ? 0 : cut.planned - cut.made);
}
