import { createPlanner } from '../engine/plan-requests.ts';
import { countMostVus, type Scenario, type ServedModel } from '../scenario.ts';

const plannedRequests = 100;
const unknownBytes = 1_024;
const startSeconds = 1;
/** What is in flight after it is interrupted: on a slow machine its bytes count as far as they came. */
const gracefulStopSeconds = 2;
const warmUpSeconds = 0.5;

/**
 * The load on the null server that stands for a scenario's own: as many virtual users as it has at most, bodies of the
 * mean size that its first hundred requests expect (1 KiB where none is told, none for HEAD). Bursts make as many
 * requests as theirs, others go on for one second; no request starts later than after that second.
 */
export function planCalibration(scenario: Scenario, models: readonly ServedModel[]): Scenario {
  const bytes = findMeanBytes(scenario, models);
  const shape = {
    name: 'calibration',
    planRequest: () => ({
      name: 'calibration',
      method: 'GET' as const,
      path: `/bytes/${bytes}`,
      headers: {},
      range: null,
      expect: { status: 200, bytes, digest: null, contentType: null },
    }),
    models: 'one' as const,
    deadlineSeconds: 60,
    gracefulStopSeconds,
    digestSampleRate: 0,
    seed: scenario.seed,
    tags: {},
    thresholds: [],
    checks: [],
    setup: null,
    teardown: null,
  };
  switch (scenario.executor) {
    case 'per-vu-iterations':
    case 'shared-iterations': {
      const { executor, vus, iterations } = scenario;
      return { ...shape, executor, vus, iterations, maxDurationSeconds: startSeconds };
    }
    default:
      return {
        ...shape,
        executor: 'constant-vus',
        vus: countMostVus(scenario),
        durationSeconds: startSeconds,
      };
  }
}

/** The same for half a second: code that runs for the first time is several times slower. */
export function planWarmUp(calibration: Scenario): Scenario {
  const { executor: _, ...shape } = calibration;
  return {
    ...shape,
    executor: 'constant-vus',
    vus: countMostVus(calibration),
    durationSeconds: warmUpSeconds,
    gracefulStopSeconds: warmUpSeconds,
  };
}

function findMeanBytes(scenario: Scenario, models: readonly ServedModel[]): number {
  const plan = createPlanner(scenario, models);
  let sum = 0;
  for (let count = 0; count < plannedRequests; count += 1) {
    const { method, expect } = plan(null).spec;
    if (method === 'GET') sum += expect.bytes ?? unknownBytes;
  }
  return Math.round(sum / plannedRequests);
}
