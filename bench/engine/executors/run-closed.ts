import type { ConstantVus, PerVuIterations, RampingVus, SharedIterations } from '../../scenario.ts';
import type { VirtualUser } from '../virtual-user.ts';
import type { Course } from './course.ts';
import { findActiveMs } from './find-active.ts';

const firstPauseMs = 100;
const longestPauseMs = 1_000;
/** `Retry-After` may ask for more than a load lasts. */
const longestPatienceMs = 10_000;

/**
 * The closed model: every virtual user sends its next request when the last one has ended. One that is refused waits
 * before it comes again, as any client does: else a dead service would be asked tens of thousands of times a second. One
 * that is asked to come back later does, after at most ten seconds.
 */
export async function runClosed(
  course: Course,
  scenario: PerVuIterations | SharedIterations | ConstantVus | RampingVus,
): Promise<void> {
  const allowance = createAllowance(scenario);
  await Promise.all(
    course.users.map(async (user, index) => {
      for (let iteration = 0; course.isOpen(); iteration += 1) {
        if (scenario.executor === 'ramping-vus') {
          const activeMs = findActiveMs(scenario, numberInWhole(index, scenario), course.nowMs());
          if (activeMs === null) return;
          await course.sleepUntil(activeMs);
          if (!course.isOpen()) return;
        }
        if (!allowance.take(iteration)) return;
        await course.send(user);
        const pauseMs = findPauseMs(user);
        if (pauseMs > 0 && allowance.isLeft(iteration + 1)) await course.sleepUntil(course.nowMs() + pauseMs);
      }
    }),
  );
}

/** Among the virtual users of all runners. */
function numberInWhole(user: number, { share = { index: 0, of: 1 } }: RampingVus): number {
  return share.index + user * share.of;
}

/** What was asked for; 100 ms after the first refusal, twice as long after each further one, at most 1 s. */
function findPauseMs({ refusals, retryAfterMs }: VirtualUser): number {
  if (refusals === 0) return Math.min(longestPatienceMs, retryAfterMs);
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (refusals - 1));
}

interface Allowance {
  /** Whether a user whose next iteration has this number may make one. */
  isLeft(iteration: number): boolean;
  /** The same, and counts it. */
  take(iteration: number): boolean;
}

function createAllowance(scenario: PerVuIterations | SharedIterations | ConstantVus | RampingVus): Allowance {
  if (scenario.executor === 'per-vu-iterations') {
    const isLeft = (iteration: number) => iteration < scenario.iterations;
    return { isLeft, take: isLeft };
  }
  let left = scenario.executor === 'shared-iterations' ? scenario.iterations : Number.POSITIVE_INFINITY;
  return {
    isLeft: () => left > 0,
    take() {
      left -= 1;
      return left >= 0;
    },
  };
}
