import { type Repetition, repeatInBackground } from '../repeat-in-background.ts';
import { type SettleContext, settleActiveRun } from './settle-run.ts';

const intervalMs = 1_000;

/** Settles the active run every second, as a service that stays up can: also one that it finds after a restart. */
export function superviseRuns(context: SettleContext, onError: (error: unknown) => void): Repetition {
  return repeatInBackground(() => settleActiveRun(context), { intervalMs, onError });
}
