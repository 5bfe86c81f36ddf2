const roundMs = 1_000;

/**
 * Tells a runner that waits when it is its turn to look at all the others: each in as many seconds as there are, at
 * random, so that all of them together look once a second however many they are.
 */
export function createRound(runners: number): () => boolean {
  const draw = () => performance.now() + roundMs * runners * (0.5 + Math.random());
  let nextMs = performance.now() + roundMs * runners * Math.random();
  return () => {
    if (performance.now() < nextMs) return false;
    nextMs = draw();
    return true;
  };
}
