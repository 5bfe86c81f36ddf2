import type { InstanceTelemetry } from '../../contract/telemetry.ts';

interface Expected {
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of the instances that answered at least one request. */
  readonly expectedInstances: readonly string[];
  /** Runners' parts that never came, in words. */
  readonly missingParts: readonly string[];
  /** Whether a person ended the load before its time. */
  readonly isInterrupted?: boolean;
}

/** What the run lacks to be complete, a sentence each; empty when nothing is missing. */
export function findMissing(expected: Expected): string[] {
  const { instances, expectedInstances, missingParts, isInterrupted = false } = expected;
  const reasons = [
    ...(isInterrupted ? ['The load was interrupted before its end.'] : []),
    ...missingParts.map((part) => `The measurement of ${part} is missing.`),
  ];
  const known = new Map(instances.map((instance) => [instance.instance_id, instance]));
  for (const id of new Set([...expectedInstances, ...known.keys()])) {
    const instance = known.get(id);
    if (instance === undefined) reasons.push(`Instance ${id} answered requests, but sent no telemetry.`);
    else if (!instance.final) {
      reasons.push(
        `Instance ${id} sent no final telemetry; its last snapshot (number ${instance.seq}) counts ${instance.requests_completed} completed requests.`,
      );
    }
  }
  return reasons;
}
