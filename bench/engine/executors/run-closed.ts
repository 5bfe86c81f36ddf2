import type { ConstantVus, PerVuIterations, RampingVus, SharedIterations } from '../../scenario.ts';
import type { Course } from './course.ts';
import { findActiveMs } from './find-active.ts';

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * The closed model: every virtual user sends its next request when the last one has ended. One that is refused waits
 * before it comes again, as any client does: else a dead service would be asked tens of thousands of times a second.
 */
export async function runClosed(
  course: Course,
  scenario: PerVuIterations | SharedIterations | ConstantVus | RampingVus,
): Promise<void> {
  const mayStart = createAllowance(scenario);
  await Promise.all(
    course.users.map(async (user, index) => {
      for (let iteration = 0; course.isOpen(); iteration += 1) {
        if (scenario.executor === 'ramping-vus') {
          const activeMs = findActiveMs(scenario, index, course.nowMs());
          if (activeMs === null) return;
          await course.sleepUntil(activeMs);
          if (!course.isOpen()) return;
        }
        if (!mayStart(iteration)) return;
        await course.send(user);
        if (user.refusals > 0) await course.sleepUntil(course.nowMs() + findPauseMs(user.refusals));
      }
    }),
  );
}

/** 100 ms after the first refusal, twice as long after each further one, at most 1 s. */
function findPauseMs(refusals: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (refusals - 1));
}

function createAllowance(
  scenario: PerVuIterations | SharedIterations | ConstantVus | RampingVus,
): (iteration: number) => boolean {
  if (scenario.executor === 'per-vu-iterations') return (iteration) => iteration < scenario.iterations;
  if (scenario.executor !== 'shared-iterations') return () => true;
  let left = scenario.iterations;
  return () => {
    left -= 1;
    return left >= 0;
  };
}
