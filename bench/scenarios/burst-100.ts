import { defineScenario } from '../scenario/define-scenario.ts';

/** The headline: all clients ask for the same model at once, and each downloads it once. */
export const burst100 = defineScenario({
  name: 'burst-100',
  executor: 'per-vu-iterations',
  vus: 100,
  iterations: 1,
  timeout: '5m',
  thresholds: ['success_rate == 100'],
});
