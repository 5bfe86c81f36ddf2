import type { InstanceTelemetry } from '../../contract/telemetry.ts';

interface Expected {
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of the instances that answered at least one request. */
  readonly expectedInstances: readonly string[];
  /** Runners' parts that never came, in words. */
  readonly missingParts: readonly string[];
}

/** What the run lacks to be complete, a sentence each; empty when nothing is missing. */
export function findMissing({ instances, expectedInstances, missingParts }: Expected): string[] {
  const reasons = missingParts.map((part) => `The measurement of ${part} is missing.`);
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
