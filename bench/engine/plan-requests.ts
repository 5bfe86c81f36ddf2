import type { Scenario, ServedModel } from '../scenario.ts';
import type { PlannedRequest } from './attempt-journal.ts';
import { createSampler } from './choose-samples.ts';
import { createRequestIds } from './request-id.ts';

/**
 * Numbers the requests in the order of their starts; the same seed and number ask for the same. Models are given
 * to the plan in order of their paths, so that the same registry gets the same load however it lists them.
 */
export function createPlanner(
  { planRequest, seed, digestSampleRate }: Scenario,
  models: readonly ServedModel[],
): (intendedMs: number | null) => PlannedRequest {
  const nameRequest = createRequestIds();
  const isSampled = createSampler(digestSampleRate);
  const ordered = models.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  let next = 0;
  return (intendedMs) => {
    const number = next;
    next += 1;
    const spec = planRequest(createRandom(seed, number), ordered);
    return { id: nameRequest(number), spec, intendedMs, isSampled: isSampled(number) };
  };
}

/** Numbers from 0 to 1, by mulberry32; each seed and number has a sequence of its own. */
export function createRandom(seed: number, requestNumber: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(requestNumber + 1, 0xc2b2ae35);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
