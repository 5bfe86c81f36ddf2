import { findLengthSeconds } from '../scenario/find-length.ts';
import type { Course } from './executors/course.ts';
import { runArrivals } from './executors/run-arrivals.ts';
import { runClosed } from './executors/run-closed.ts';
import type { InFlightGauge } from './in-flight-gauge.ts';
import type { Load } from './load.ts';
import type { LoadTotals } from './load-totals.ts';
import { createPlanner } from './plan-requests.ts';
import type { VirtualUser } from './virtual-user.ts';

const progressIntervalMs = 1_000;
/** As often as k6 looks at thresholds that abort. */
const thresholdIntervalMs = 2_000;

/**
 * Runs the executor to its end: no request starts after the scenario's time, what is in flight then has
 * `gracefulStop` to end by itself. Resolves with why the load was stopped early, null when it was not.
 */
export async function steerLoad(
  load: Load,
  users: readonly VirtualUser[],
  totals: LoadTotals,
  gauge: InFlightGauge,
): Promise<string | null> {
  const { scenario, signal } = load;
  const plan = createPlanner(scenario, load.models);
  const sleepers = new Set<() => void>();
  const timers: NodeJS.Timeout[] = [];
  let isOpen = true;
  let stoppedBecause: string | null = null;
  const close = () => {
    isOpen = false;
    for (const wake of sleepers) wake();
  };
  const interruptAll = (reason: string) => {
    for (const user of users) user.interrupt(reason);
  };
  const stop = (reason: string) => {
    stoppedBecause ??= reason;
    close();
    interruptAll(reason);
  };
  const course: Course = {
    users,
    nowMs: () => totals.nowMs(),
    isOpen: () => isOpen,
    // A plan that throws rejects, as it would in a request.
    send: async (user, intendedMs) => {
      const planned = plan(intendedMs ?? null);
      gauge.enter();
      await user.send(planned);
      gauge.leave();
    },
    sleepUntil: (atMs) => sleepUntil(atMs, totals, sleepers, () => isOpen),
    drop: () => totals.dropped(),
  };
  const abort = () => stop('the load was stopped');
  const { gracefulStopSeconds } = scenario;
  const lastsMs = findLengthSeconds(scenario) * 1_000;
  timers.push(
    setTimeout(close, lastsMs),
    setTimeout(
      () => interruptAll(`still in flight ${gracefulStopSeconds} s after the last request could start`),
      lastsMs + gracefulStopSeconds * 1_000,
    ),
    setInterval(() => load.onProgress?.(totals.readProgress()), progressIntervalMs),
    setInterval(() => {
      const reason = load.findAbortReason?.(totals.nowMs() / 1_000) ?? null;
      if (reason !== null) stop(reason);
    }, thresholdIntervalMs),
  );
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) return 'the load was stopped';
    if (scenario.executor === 'constant-arrival-rate') await runArrivals(course, scenario);
    else await runClosed(course, scenario);
    return stoppedBecause;
  } finally {
    close();
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    for (const user of users) user.leave();
  }
}

function sleepUntil(
  atMs: number,
  totals: LoadTotals,
  sleepers: Set<() => void>,
  isOpen: () => boolean,
): Promise<void> {
  const waitMs = atMs - totals.nowMs();
  if (waitMs <= 0 || !isOpen()) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      sleepers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, waitMs);
    sleepers.add(wake);
  });
}
