export interface Repetition {
  /** Resolves when the round under way is done. */
  stop(): Promise<void>;
}

export interface RepetitionOptions {
  readonly intervalMs: number;
  /** Begin at once instead of after the first interval. */
  readonly atOnce?: boolean;
  readonly onError: (error: unknown) => void;
}

/**
 * Acts again and again, `intervalMs` after each round, without keeping the process alive. A round that fails is
 * repeated; only the first failure of a row is told to `onError`, for stores that are away come back.
 */
export function repeatInBackground(
  act: () => Promise<unknown>,
  { intervalMs, atOnce = false, onError }: RepetitionOptions,
): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFailing = false;

  const runRound = async () => {
    try {
      await act();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    }
    schedule();
  };
  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      round = runRound();
    }, intervalMs).unref();
  };
  let round = Promise.resolve();
  if (atOnce) round = runRound();
  else schedule();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
