import { findLengthSeconds } from '../scenario/find-length.ts';
import { countPlannedRequests } from '../scenario.ts';
import { callAt } from './call-at.ts';
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

/** How a load ended. */
export interface Ending {
  /** Why it was stopped before its time; null when it was not. */
  readonly stoppedBecause: string | null;
  /** Whether iterations were left over when the longest duration was. */
  readonly cutByMaxDuration: boolean;
}

/**
 * Runs the executor to its end: no request starts after the scenario's time, what is in flight then has
 * `gracefulStop` to end by itself.
 */
export async function steerLoad(
  load: Load,
  users: readonly VirtualUser[],
  totals: LoadTotals,
  gauge: InFlightGauge,
): Promise<Ending> {
  const { scenario, signal } = load;
  const plan = createPlanner(scenario, load.models);
  const sleepers = new Set<() => void>();
  const nowMs = () => totals.nowMs();
  let isOpen = true;
  let stoppedBecause: string | null = null;
  let sentCount = 0;
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
    nowMs,
    isOpen: () => isOpen,
    isStopped: () => stoppedBecause !== null,
    // A plan that throws rejects, as it would in a request.
    send: async (user, intendedMs) => {
      const planned = plan(intendedMs ?? null);
      sentCount += 1;
      gauge.enter();
      await user.send(planned);
      gauge.leave();
    },
    sleepUntil: (atMs) => sleepUntil(atMs, nowMs, sleepers, () => isOpen),
    drop: () => totals.dropped(),
  };
  const abort = () => stop(describeStop(signal?.reason));
  const { gracefulStopSeconds } = scenario;
  const lastsMs = findLengthSeconds(scenario) * 1_000;
  const interruptRest = () =>
    interruptAll(`still in flight ${gracefulStopSeconds} s after the last request could start`);
  const endInTime = () => {
    close();
    callsOff.push(callAt(lastsMs + gracefulStopSeconds * 1_000, nowMs, interruptRest));
  };
  const callsOff = [callAt(lastsMs, nowMs, endInTime)];
  const intervals = [
    setInterval(() => load.onProgress?.(totals.readProgress()), progressIntervalMs),
    setInterval(() => {
      const reason = load.findAbortReason?.(totals.nowMs() / 1_000, totals.receivedBytes) ?? null;
      if (reason !== null) stop(reason);
    }, thresholdIntervalMs),
  ];
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) abort();
    else if (scenario.executor === 'constant-arrival-rate') await runArrivals(course, scenario);
    else await runClosed(course, scenario);
    const isCut = 'iterations' in scenario && !isOpen && sentCount < (countPlannedRequests(scenario) ?? 0);
    return { stoppedBecause, cutByMaxDuration: isCut && stoppedBecause === null };
  } finally {
    close();
    for (const callOff of callsOff) callOff();
    for (const interval of intervals) clearInterval(interval);
    signal?.removeEventListener('abort', abort);
  }
}

/** In the words of whoever stopped it, where there are any. */
function describeStop(reason: unknown): string {
  const isNamed = reason instanceof Error && reason.name !== 'AbortError';
  return isNamed ? reason.message : 'the load was stopped';
}

function sleepUntil(
  atMs: number,
  nowMs: () => number,
  sleepers: Set<() => void>,
  isOpen: () => boolean,
): Promise<void> {
  if (atMs <= nowMs() || !isOpen()) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      callOff();
      sleepers.delete(wake);
      resolve();
    };
    const callOff = callAt(atMs, nowMs, wake);
    sleepers.add(wake);
  });
}
