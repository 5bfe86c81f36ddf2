import { countMostVus, countPlannedRequests, type OrderShare, type Scenario } from '../scenario.ts';

/**
 * One runner's share of a scenario. The shares add up to the whole exactly: of `n` things the first `n mod of` shares
 * have one more (100 over 3 is 34, 33, 33), and of what comes in an order, such as arrivals and the users of a ramp,
 * share `i` has every `of`-th from `i` on. Each share draws from a seed of its own.
 */
export function splitScenario(scenario: Scenario, share: OrderShare): Scenario {
  if (share.of === 1) return scenario;
  const seed = seedShare(scenario.seed, share);
  const take = (count: number) => countShare(count, share);
  switch (scenario.executor) {
    case 'per-vu-iterations':
    case 'constant-vus':
      return { ...scenario, seed, vus: take(scenario.vus) };
    case 'shared-iterations':
      return { ...scenario, seed, vus: take(scenario.vus), iterations: take(scenario.iterations) };
    case 'ramping-vus':
      return { ...scenario, seed, share };
    case 'constant-arrival-rate':
      return {
        ...scenario,
        seed,
        share,
        preAllocatedVus: take(scenario.preAllocatedVus),
        maxVus: take(scenario.maxVus),
      };
  }
}

/** The most shares in which each still has a user and a request. */
export function countMostShares(scenario: Scenario): number {
  const users =
    scenario.executor === 'constant-arrival-rate' ? scenario.preAllocatedVus : countMostVus(scenario);
  return Math.min(users, countPlannedRequests(scenario) ?? users);
}

/** How many of `count` things, dealt out in turn, a share gets. */
function countShare(count: number, { index, of }: OrderShare): number {
  return Math.ceil((count - index) / of);
}

/** Differs between the shares of a load, and is the same each time: a seed repeats a load over as many shares. */
function seedShare(seed: number, { index }: OrderShare): number {
  return (seed + Math.imul(index, 0x9e3779b1)) >>> 0;
}
