export interface PulseTimes {
  readonly everyMs: number;
  /** How long a question may stay without an answer. */
  readonly silentMs: number;
}

/**
 * Asks every `everyMs`, one question at a time, and calls `onSilence`, once, when one stays without an answer for
 * `silentMs`. Counted in rounds of this process's own timer: while it is held still itself, as on a machine that sleeps,
 * none pass, and what came meanwhile is seen before the next.
 */
export function watchPulse(
  ask: () => Promise<unknown>,
  { everyMs, silentMs }: PulseTimes,
  onSilence: () => void,
): () => void {
  const mostRounds = Math.ceil(silentMs / everyMs);
  let isWaiting = false;
  let rounds = 0;
  const timer = setInterval(() => {
    if (!isWaiting) return put();
    rounds += 1;
    if (rounds < mostRounds) return;
    clearInterval(timer);
    onSilence();
  }, everyMs);
  put();
  return () => clearInterval(timer);

  function put(): void {
    isWaiting = true;
    rounds = 0;
    ask().then(
      () => {
        isWaiting = false;
      },
      // Whoever cannot be asked any more ends soon, or is as good as silent.
      () => {},
    );
  }
}
