import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../engine/plan-requests.ts';
import type { Scenario, ServedModel } from '../scenario.ts';

const triedRequests = 20;
/** A clock shows another time after it. */
const pauseMs = 2;

/**
 * Plans the same requests twice. @throws {Error} when they differ: a plan that follows from the clock, from numbers of its
 * own or from what it was asked before is another one in the calibration, and no seed repeats it.
 */
export async function assertRepeatable(scenario: Scenario, models: readonly ServedModel[]): Promise<void> {
  const plan = () =>
    Array.from({ length: triedRequests }, (_, number) =>
      scenario.planRequest(createRandom(scenario.seed, number), models),
    );
  const first = plan();
  await sleep(pauseMs);
  const second = plan();
  const index = first.findIndex((spec, number) => !isDeepStrictEqual(spec, second[number]));
  if (index === -1) return;
  throw new Error(
    `The scenario's request function returned two different requests from the same numbers and models: ${first[index]?.path} and ${second[index]?.path}. Instead of Math.random(), Date.now() or a counter of its own it has to use the numbers it is given.`,
  );
}
