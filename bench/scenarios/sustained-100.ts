import { defineScenario } from '../scenario/define-scenario.ts';

/** A hundred clients that download the same model again and again. */
export const sustained100 = defineScenario({
  name: 'sustained-100',
  executor: 'constant-vus',
  vus: 100,
  duration: '1m',
  timeout: '1m',
  gracefulStop: '1m',
  thresholds: ['success_rate == 100'],
});
