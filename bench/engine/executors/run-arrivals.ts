import { type ConstantArrivalRate, countPlannedRequests } from '../../scenario.ts';
import type { VirtualUser } from '../virtual-user.ts';
import type { Course } from './course.ts';

/**
 * The open model: the n-th request is due at n intervals from the start, whatever became of the ones before it. One
 * that is due while nobody is free is dropped; one that starts late keeps the time at which it was due. What is due
 * before the end is sent or dropped although the end has come meanwhile; only a load that was stopped leaves it out. Of a
 * load over several runners each has its own of the arrivals, at the times that they have in the whole.
 */
export async function runArrivals(course: Course, scenario: ConstantArrivalRate): Promise<void> {
  const intervalMs = (scenario.timeUnitSeconds * 1_000) / scenario.rate;
  const count = countPlannedRequests(scenario) ?? 0;
  const { index: first, of: step } = scenario.share ?? { index: 0, of: 1 };
  const free = course.users.slice(0, scenario.preAllocatedVus);
  const reserve = course.users.slice(scenario.preAllocatedVus);
  const underWay = new Set<Promise<void>>();
  const faults: unknown[] = [];
  const start = (user: VirtualUser, intendedMs: number) => {
    const request = course
      .send(user, intendedMs)
      .then(() => {
        free.push(user);
      })
      .catch((error) => {
        faults.push(error);
      })
      .finally(() => underWay.delete(request));
    underWay.add(request);
  };
  for (let index = 0; index < count; index += 1) {
    const intendedMs = (first + index * step) * intervalMs;
    await course.sleepUntil(intendedMs);
    if (faults.length > 0 || course.isStopped()) break;
    const user = free.shift() ?? reserve.shift();
    if (user) start(user, intendedMs);
    else course.drop();
  }
  await Promise.all(underWay);
  if (faults.length > 0) throw faults[0];
}
