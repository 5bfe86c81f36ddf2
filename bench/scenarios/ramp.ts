import { defineScenario } from '../scenario/define-scenario.ts';

const levels = [1, 10, 50, 100, 200];

/** The concurrency sweep: ten seconds at each level, reached in two. A slow machine has time to serve what it began. */
export const ramp = defineScenario({
  name: 'ramp',
  executor: 'ramping-vus',
  startVUs: 1,
  stages: levels.flatMap((target) => [
    { duration: '2s', target },
    { duration: '10s', target },
  ]),
  timeout: '2m',
  gracefulStop: '2m',
  thresholds: ['success_rate == 100'],
});
