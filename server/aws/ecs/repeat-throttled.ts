import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** Over half a minute, with the pauses of a launch; what is left then is for the sweep. */
const mostRepeats = 7;

/** Repeats a call that ECS throttles. @throws its error, when that is another one or does not end. */
export async function repeatThrottled<Result>(
  call: () => Promise<Result>,
  { firstPauseMs, longestPauseMs }: { readonly firstPauseMs: number; readonly longestPauseMs: number },
): Promise<Result> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await call();
    } catch (error) {
      if (repeats === mostRepeats || !isThrottlingError(error as SdkError)) throw error;
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** repeats, longestPauseMs);
    await sleep(pauseMs * (1 - Math.random() / 2));
  }
}
