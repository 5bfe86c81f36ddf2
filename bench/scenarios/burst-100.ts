import type { Scenario } from '../scenario.ts';

/** The headline: all clients ask for the same model at once, and each downloads it once. */
export function burst100(workload: { vus: number; deadlineSeconds: number }): Scenario {
  return {
    name: 'burst-100',
    executor: 'per-vu-iterations',
    vus: workload.vus,
    iterations: 1,
    deadlineSeconds: workload.deadlineSeconds,
    digestSampleRate: 0.1,
    thresholds: ['success_rate == 100'],
  };
}
