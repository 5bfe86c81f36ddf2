/**
 * Calls at a time of the given clock and never before it, as a timer alone may by part of a millisecond. The returned
 * function calls it off.
 */
export function callAt(atMs: number, nowMs: () => number, act: () => void): () => void {
  const wait = () => {
    const leftMs = atMs - nowMs();
    if (leftMs > 0) timer = setTimeout(wait, leftMs);
    else act();
  };
  let timer = setTimeout(wait, Math.max(0, atMs - nowMs()));
  return () => clearTimeout(timer);
}
