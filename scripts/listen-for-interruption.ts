import { exitCodes } from '../bench/cli/exit-codes.ts';

/**
 * Fires at the first signal that asks this process to end, which is to stop in order, after `announce`; the second
 * one does not wait. A hangup is never the second: the end of npm comes with it, which ends by the first. Children end with
 * the channel to their parent.
 */
export function listenForInterruption(announce = () => {}): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        if (signal === 'SIGHUP') return;
        process.exit(exitCodes.interrupted);
      }
      announce();
      controller.abort(new Error(`ended by ${signal === 'SIGINT' ? 'Ctrl-C' : signal}`));
    });
  }
  return controller.signal;
}
