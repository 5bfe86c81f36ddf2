import { countMostVus, countPlannedRequests, type Scenario } from '../scenario.ts';

/** Seconds until no request may start any more. */
export function findLengthSeconds(scenario: Scenario): number {
  switch (scenario.executor) {
    case 'per-vu-iterations':
    case 'shared-iterations':
      return scenario.maxDurationSeconds;
    case 'ramping-vus':
      return scenario.stages.reduce((sum, stage) => sum + stage.durationSeconds, 0);
    default:
      return scenario.durationSeconds;
  }
}

/** Seconds that a load by time goes on; null of one that ends with its requests. */
export function findPlannedSeconds(scenario: Scenario): number | null {
  return 'iterations' in scenario ? null : findLengthSeconds(scenario);
}

/** Seconds after which the load is over, whatever the service does: of a single burst, the deadline of its requests. */
export function findLongestSeconds(scenario: Scenario): number {
  const { deadlineSeconds, gracefulStopSeconds } = scenario;
  if (startsAtOnce(scenario)) return deadlineSeconds;
  return findLengthSeconds(scenario) + Math.min(deadlineSeconds, gracefulStopSeconds);
}

/** Whether every request starts at the beginning. */
export function startsAtOnce(scenario: Scenario): boolean {
  const hasIterations = 'iterations' in scenario;
  return hasIterations && (countPlannedRequests(scenario) ?? 0) <= countMostVus(scenario);
}
