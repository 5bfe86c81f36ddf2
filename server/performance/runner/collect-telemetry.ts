import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceTelemetry } from '../../../contract/telemetry.ts';
import type { RunStore } from '../run-store.ts';
import { keepTrying } from './keep-trying.ts';

const waitMs = 5_000;
const pollMs = 100;

/** What the instances saw: waits for the last word of each expected one, but not for ever: a killed one has none. */
export async function collectTelemetry(
  runs: RunStore,
  runId: string,
  expectedInstances: readonly string[],
  signal: AbortSignal,
): Promise<InstanceTelemetry[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const instances = await keepTrying(() => runs.listInstances(runId), signal);
    const final = new Set(instances.filter((one) => one.final).map((one) => one.instance_id));
    const isComplete = expectedInstances.every((id) => final.has(id)) && final.size === instances.length;
    if (isComplete || performance.now() > deadline) return instances;
    await sleep(pollMs);
  }
}
