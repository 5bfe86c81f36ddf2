import { type SettleContext, settleActiveRun } from './settle-run.ts';

export interface Supervision {
  /** Resolves when the round under way is done. */
  stop(): Promise<void>;
}

const intervalMs = 1_000;

/**
 * Settles the active run every second, as a service that stays up can: also one that it finds after a restart.
 * A round that fails is repeated; only the first of a row is told to `onError`, for stores that are away come back.
 */
export function superviseRuns(context: SettleContext, onError: (error: unknown) => void): Supervision {
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFailing = false;

  const settle = async () => {
    try {
      await settleActiveRun(context);
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    }
  };
  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      round = settle().finally(next);
    }, intervalMs);
    timer.unref();
  };
  next();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
