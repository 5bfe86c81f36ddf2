/**
 * Calls `onEnd` after `limitMs`, unless the function returned is called before. It counts in quarters, one after the
 * other: when the event loop stands still, what came in meanwhile is seen before the next quarter ends, so that a
 * limit on others does not strike because this process was busy.
 */
export function startCountdown(limitMs: number, onEnd: () => void): () => void {
  let quartersLeft = 4;
  let timer = startQuarter();
  return () => clearTimeout(timer);

  function startQuarter(): NodeJS.Timeout {
    return setTimeout(() => {
      quartersLeft -= 1;
      if (quartersLeft === 0) onEnd();
      else timer = startQuarter();
    }, limitMs / 4).unref();
  }
}
