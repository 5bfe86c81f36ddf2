import { defineScenario } from '../scenario/define-scenario.ts';

const levels = [1, 10, 50, 100, 200];

/** The concurrency sweep: ten seconds at each level, reached in two. */
export const ramp = defineScenario({
  name: 'ramp',
  executor: 'ramping-vus',
  startVUs: 1,
  stages: levels.flatMap((target) => [
    { duration: '2s', target },
    { duration: '10s', target },
  ]),
  timeout: '1m',
  thresholds: ['success_rate == 100'],
});
