import type { InstanceTelemetry } from '../../contract/telemetry.ts';

/** An instance with less than this of an equal share of the requests says little of where their time went. */
const leastShare = 0.5;

/** By how busy their event loops were, the few that hardly got a request left out: in no time all of it is busy. */
export function listBusiestFirst(instances: readonly InstanceTelemetry[]): InstanceTelemetry[] {
  const equalShare = instances.reduce((sum, one) => sum + one.requests_started, 0) / instances.length;
  return instances
    .filter(({ requests_started }) => requests_started >= leastShare * equalShare)
    .toSorted((one, other) => other.event_loop_utilization - one.event_loop_utilization);
}
