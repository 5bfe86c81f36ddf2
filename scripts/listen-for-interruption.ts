import { exitCodes } from '../bench/cli/exit-codes.ts';

/** Fires at the first signal that asks this process to end, which is to stop in order; the second one does not wait. */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}
