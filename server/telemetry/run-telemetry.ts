import { isTerminal, type RunStatus } from '../../contract/run.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import type { SharedLoad } from './gauge-timeline.ts';
import { type ObservedRequest, type RequestObserver, RunCounters } from './run-counters.ts';

/** What telemetry needs of the runs table. */
export interface TelemetryStore {
  readRun(runId: string): Promise<{ status: RunStatus; load_finished_at: string | null } | null>;
  /** Never replaces a higher `seq`. */
  writeInstance(runId: string, telemetry: InstanceTelemetry): Promise<void>;
}

export interface ArrivedRequest extends ObservedRequest {
  /** Null for a request of no run. */
  readonly runId: string | null;
  readonly isDownload: boolean;
}

export interface RunTelemetry {
  /** Null when the request is not counted: too many runs at once, which only invented ids can cause. */
  observe(request: ArrivedRequest): RequestObserver | null;
  /** Writes what there is now; as final where nothing is in flight, for there may be no later. */
  flush(): Promise<void>;
  /** Stops flushing and writes what there is as final. */
  stop(): Promise<void>;
}

interface Options {
  readonly instanceId: string;
  readonly store: TelemetryStore;
  /** What a run's requests share here, at this moment. */
  readonly readLoad: (runId: string) => SharedLoad;
  readonly onError: (error: unknown) => void;
  /** The process stands still between requests: no timer, `flush` is called before each is over. */
  readonly isHeldStill?: boolean;
}

const flushIntervalMs = 1_000;
/** One run is active at a time; the rest is room for the one before and for ids that are no run's. */
const maxRuns = 16;

/**
 * Keeps this instance's counters of each run and writes them once a second, until the run's load is over and
 * everything in flight here has ended. A failed flush is made up for by the next one: counters are cumulative.
 */
export function createRunTelemetry({
  instanceId,
  store,
  readLoad,
  onError,
  isHeldStill = false,
}: Options): RunTelemetry {
  const runs = new Map<string, RunCounters>();
  let flushing: Promise<void> = Promise.resolve();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const schedule = () => {
    if (stopped || isHeldStill || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      flushing = flushAll(false).finally(() => {
        if (runs.size > 0) schedule();
      });
    }, flushIntervalMs);
    timer.unref();
  };

  async function flushAll(last: boolean): Promise<void> {
    await Promise.all([...runs].map(([runId, counters]) => flush(runId, counters, last).catch(onError)));
  }

  async function flush(runId: string, counters: RunCounters, last: boolean): Promise<void> {
    const run = await store.readRun(runId);
    // Others may have taken its room meanwhile, and a request with its id begun anew.
    if (runs.get(runId) !== counters) return;
    const hasEnded = run === null || isTerminal(run.status);
    // An id that is no run's, or a straggler of one that was flushed before, must not begin anew.
    if (run === null || (hasEnded && !counters.isKnown)) return forget(runId, counters);
    counters.isKnown = true;
    const isLoadOver = hasEnded || run.load_finished_at !== null;
    const isOver = last || (isLoadOver && counters.isIdle);
    await store.writeInstance(
      runId,
      counters.read(instanceId, isOver || (isHeldStill && counters.inFlight === 0)),
    );
    if (isOver) forget(runId, counters);
  }

  function forget(runId: string, counters: RunCounters): void {
    if (runs.get(runId) !== counters) return;
    runs.delete(runId);
    counters.close();
  }

  /** Makes room: ids that nobody has seen in the table are most likely invented. */
  function forgetUnknown(): boolean {
    for (const [runId, counters] of runs) {
      if (counters.isKnown || counters.inFlight > 0) continue;
      forget(runId, counters);
      return true;
    }
    return false;
  }

  function find(runId: string): RunCounters | null {
    const known = runs.get(runId);
    if (known) return known;
    if (runs.size >= maxRuns && !forgetUnknown()) return null;
    const counters = new RunCounters(() => readLoad(runId));
    runs.set(runId, counters);
    schedule();
    return counters;
  }

  /** To the runs that are under way a request of others is what disturbs them. */
  function observeOther({ trace, isDownload }: ArrivedRequest): RequestObserver {
    const disturbed = [...runs.values()];
    for (const { others } of disturbed) {
      others.requests += 1;
      if (isDownload) others.downloads += 1;
    }
    trace.countReadsIn(...disturbed.map(({ others }) => others.s3));
    return { complete() {}, abort() {} };
  }

  return {
    observe(request) {
      if (stopped) return null;
      if (request.runId === null) return runs.size === 0 ? null : observeOther(request);
      return find(request.runId)?.begin(request) ?? null;
    },
    async flush() {
      await flushing;
      flushing = flushAll(false);
      await flushing;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await flushing;
      await flushAll(true);
      for (const [runId, counters] of runs) forget(runId, counters);
    },
  };
}
