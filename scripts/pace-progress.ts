const quietMs = 2_000;

/**
 * When to show progress: not before two seconds, and then once in `intervalMs` at most. The function returned is asked
 * at every step; it gives the seconds since the beginning when it is time, else null.
 */
export function paceProgress(intervalMs: number): () => number | null {
  const startedMs = performance.now();
  let shownMs = startedMs + quietMs - intervalMs;
  return () => {
    const nowMs = performance.now();
    if (nowMs - shownMs < intervalMs) return null;
    shownMs = nowMs;
    return (nowMs - startedMs) / 1_000;
  };
}
