import type { Scenario } from '../scenario.ts';

const requests = 3;
const startSeconds = 1;
const mostSeconds = 15;

/**
 * A scenario's own requests, one at a time and without any load: what each phase takes by itself. Three of them, and none
 * that starts after one second, so that slow ones are one.
 */
export function planAlone(scenario: Scenario): Scenario {
  const { planRequest, models, deadlineSeconds, seed } = scenario;
  return {
    name: 'alone',
    executor: 'per-vu-iterations',
    vus: 1,
    iterations: requests,
    maxDurationSeconds: startSeconds,
    planRequest,
    models,
    seed,
    deadlineSeconds: Math.min(deadlineSeconds, mostSeconds),
    gracefulStopSeconds: mostSeconds,
    digestSampleRate: 0,
    tags: {},
    thresholds: [],
    checks: [],
    setup: null,
    teardown: null,
  };
}
