/**
 * Calls `onSilence` when nothing has come for `limitMs` from a sender that is waited for. `readActivity` gives a
 * number that changes with everything that happens, or null while nobody waits. Counted in quarters: see
 * `startCountdown`. Ends by the function returned.
 */
export function watchSilence(
  limitMs: number,
  readActivity: () => number | null,
  onSilence: () => void,
): () => void {
  let seen = readActivity();
  let silentQuarters = 0;
  const timer = setInterval(() => {
    const activity = readActivity();
    silentQuarters = activity === null || activity !== seen ? 0 : silentQuarters + 1;
    seen = activity;
    if (silentQuarters < 4) return;
    silentQuarters = 0;
    onSilence();
  }, limitMs / 4);
  timer.unref();
  return () => clearInterval(timer);
}
