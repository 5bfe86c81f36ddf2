export type StopSignal = 'SIGTERM' | 'SIGINT';

/**
 * Until there is something that has to end in order, a signal to stop ends the process at once. Without a handler the
 * first process of a container would not even hear of it.
 */
let stop: (signal: StopSignal) => void = () => process.exit();

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));

/** Has this called at each such signal from now on. */
export function onStopSignal(act: (signal: StopSignal) => void): void {
  stop = act;
}
