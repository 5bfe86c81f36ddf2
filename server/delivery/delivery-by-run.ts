import type { DeliverySettings, Profile } from '../../contract/delivery-settings.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import { countDownloads } from './count-downloads.ts';
import type { DeliveryChoice, DeliveryLoad, DeliveryStrategy } from './delivery-strategy.ts';

/** What the choice needs to know of a run. */
export interface RunToDeliver {
  readonly status: RunStatus;
  readonly workload: { readonly profile?: Profile | undefined };
  readonly delivery_settings: DeliverySettings | null;
}

interface Options {
  /** For all requests but those of an active run with a profile. */
  readonly own: DeliveryStrategy;
  readonly create: (settings: DeliverySettings) => DeliveryStrategy;
  /** Null when there is no such run. */
  readonly readRun: (runId: string) => Promise<RunToDeliver | null>;
  readonly onError: (error: unknown) => void;
}

export interface DeliveryByRun extends DeliveryChoice {
  /** Of the own strategy and of the runs' together; null when none of them has a limit. */
  readLoad(): DeliveryLoad | null;
  close(): Promise<void>;
}

/** One run is active at a time; the rest is room for the one before and for ids that are no run's. */
const maxRuns = 16;
const checkIntervalMs = 2_000;

/**
 * Gives the requests of an active run with a profile a strategy of its own, with connections of its own, and all
 * others that of the service. The run's strategy is closed when the run is over and its last download has ended.
 */
export function createDeliveryByRun({ own, create, readRun, onError }: Options): DeliveryByRun {
  /** Null stands for the own strategy. */
  const lookups = new Map<string, Promise<DeliveryStrategy | null>>();
  const profiled = new Map<string, ReturnType<typeof countDownloads>>();
  const timer = setInterval(() => {
    for (const runId of profiled.keys()) closeWhenOver(runId).catch(onError);
  }, checkIntervalMs);
  timer.unref();

  async function look(runId: string): Promise<DeliveryStrategy | null> {
    const run = await readRun(runId);
    if (!run?.delivery_settings || run.workload.profile === undefined || isTerminal(run.status)) return null;
    const strategy = countDownloads(create(run.delivery_settings));
    profiled.set(runId, strategy);
    return strategy;
  }

  async function closeWhenOver(runId: string): Promise<void> {
    const run = await readRun(runId);
    if (run && !isTerminal(run.status)) return;
    const strategy = profiled.get(runId);
    profiled.delete(runId);
    // Whoever comes late looks again, and gets the own strategy.
    lookups.delete(runId);
    await strategy?.closeWhenIdle();
  }

  function makeRoom(): void {
    for (const runId of lookups.keys()) {
      if (lookups.size < maxRuns) return;
      if (!profiled.has(runId)) lookups.delete(runId);
    }
  }

  return {
    async choose(runId) {
      if (runId === null) return own;
      let lookup = lookups.get(runId);
      if (!lookup) {
        makeRoom();
        lookup = look(runId);
        lookups.set(runId, lookup);
        // A failed look is not an answer to the next request.
        lookup.catch(() => lookups.delete(runId));
      }
      return (await lookup) ?? own;
    },

    readLoad() {
      const loads = [own, ...profiled.values()].flatMap((strategy) => strategy.readLoad?.() ?? []);
      if (loads.length === 0) return null;
      const add = (read: (load: DeliveryLoad) => number) => loads.reduce((sum, load) => sum + read(load), 0);
      return {
        active: add((load) => load.active),
        queued: add((load) => load.queued),
        limit: add((load) => load.limit),
      };
    },

    async close() {
      clearInterval(timer);
      await Promise.all([own, ...profiled.values()].map((strategy) => strategy.close?.()));
    },
  };
}
