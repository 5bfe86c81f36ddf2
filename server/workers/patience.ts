/** Who ends sooner after his start than this has ended again, and is not replaced at once. */
const quickMs = 10_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** Told how long each worker of a place lived, says how many ms to wait before the next takes the place. */
export function createPatience(): (livedMs: number) => number {
  let endsInARow = 0;
  return (livedMs) => {
    endsInARow = livedMs < quickMs ? endsInARow + 1 : 1;
    return endsInARow === 1 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (endsInARow - 2));
  };
}
