import { setTimeout as sleep } from 'node:timers/promises';
import { faultKinds } from './fault-kinds.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { PlannedFault } from './plan-faults.ts';

/** Plays the faults of one store, and leaves it healed. `onChange` hears what is wrong; null for nothing. */
export async function playFaults(
  proxy: Pick<FaultProxy, 'strike' | 'heal'>,
  faults: readonly PlannedFault[],
  onChange: (what: string | null) => void,
  signal: AbortSignal,
): Promise<void> {
  const beganMs = performance.now();
  const waitUntil = (atMs: number) =>
    sleep(Math.max(0, beganMs + atMs - performance.now()), undefined, { signal }).catch(() => {});
  for (const { kind, share, startMs, endMs } of faults) {
    await waitUntil(startMs);
    if (signal.aborted) return;
    await proxy.strike({ kind, share });
    onChange(faultKinds[kind]);
    await waitUntil(endMs);
    await proxy.heal();
    onChange(null);
  }
}
