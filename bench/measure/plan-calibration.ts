import { countMostVus, type RequestSpec, type Scenario } from '../scenario.ts';

/** Name of the requests whose body's size the scenario does not tell. */
export const assumedName = 'assumed';
const unknownBytes = 1_024;
const startSeconds = 1;
/** What is in flight after it is interrupted: on a slow machine its bytes count as far as they came. */
const gracefulStopSeconds = 2;
const warmUpSeconds = 0.5;

/**
 * The load on the null server that stands for a scenario's own: as many virtual users as it has at most, and its own plan
 * of requests, each for as many bytes as its answer has to have (1 KiB where none is told, none for HEAD). Bursts make as
 * many requests as theirs, others go on for one second; no request starts later than after that second.
 */
export function planCalibration(scenario: Scenario): Scenario {
  const shape = {
    name: 'calibration',
    planRequest: (...given: Parameters<Scenario['planRequest']>) => imitate(scenario.planRequest(...given)),
    models: scenario.models,
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

function imitate({ method, expect }: RequestSpec): RequestSpec {
  const isAssumed = method === 'GET' && expect.bytes === null;
  const bytes = method === 'GET' ? (expect.bytes ?? unknownBytes) : 0;
  return {
    name: isAssumed ? assumedName : 'calibration',
    method: 'GET',
    path: `/bytes/${bytes}`,
    headers: {},
    range: null,
    expect: { status: 200, bytes, digest: null, contentType: null },
  };
}
