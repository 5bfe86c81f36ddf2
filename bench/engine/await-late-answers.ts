import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadTotals } from './load-totals.ts';
import { lateWithinMs, type VirtualUser } from './virtual-user.ts';

/** What a timer and a loopback may take. */
const marginMs = 10;

/**
 * Listens on the connections that were kept, on all at once, for about as long as the longest request took: an answer
 * that comes now has no request, and may have shifted those before it by one.
 */
export async function awaitLateAnswers(users: readonly VirtualUser[], totals: LoadTotals): Promise<void> {
  if (!users.some((user) => user.isKept)) return;
  await sleep(Math.min(lateWithinMs, totals.longestMs + marginMs));
}
