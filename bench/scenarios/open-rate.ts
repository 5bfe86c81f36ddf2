import { defineScenario } from '../scenario/define-scenario.ts';

/** The open model: ten downloads start each second, however long the ones before them take. */
export const openRate = defineScenario({
  name: 'open-rate',
  executor: 'constant-arrival-rate',
  rate: 10,
  timeUnit: '1s',
  duration: '1m',
  preAllocatedVUs: 100,
  maxVUs: 200,
  timeout: '1m',
  gracefulStop: '1m',
  thresholds: ['success_rate == 100'],
});
