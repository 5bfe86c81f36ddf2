import type { DeliverySettings, Profile } from '../../contract/delivery-settings.ts';
import { isTerminal, type RunStatus } from '../../contract/run.ts';
import { countDownloads, type DownloadCount } from './count-downloads.ts';
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
  /** How often is asked whether a run is over. */
  readonly checkIntervalMs?: number;
}

export interface DeliveryByRun extends DeliveryChoice {
  /** Of the own strategy and of the runs' together; null when none of them has a limit. */
  readLoad(): DeliveryLoad | null;
  /** The same with the pools of connections to S3. */
  readAllLoad(): LimitedLoads;
  /** Of the strategy that answers the requests of a run, as far as it has limits. */
  readRunLoad(runId: string): LimitedLoads;
  close(): Promise<void>;
}

/** Null where there is no such limit. */
export interface LimitedLoads {
  readonly admission: DeliveryLoad | null;
  readonly s3Pool: DeliveryLoad | null;
}

/** What the requests of one run id are answered with. */
interface RunDelivery {
  /** Null stands for the own one. */
  readonly strategy: Promise<DeliveryStrategy | null>;
  readonly downloads: DownloadCount;
  /** What the look has found; undefined while it is under way. */
  found: DeliveryStrategy | null | undefined;
}

/** One run is active at a time; the rest is room for the one before and for ids that are no run's. */
const maxRuns = 16;

/**
 * Gives the requests of an active run with a profile a strategy of its own, with connections of its own, and all
 * others that of the service. The run's strategy is closed when the run is over and its last download has ended, or
 * another run needs one: there are descriptors for one run's connections at a time.
 */
export function createDeliveryByRun({
  own,
  create,
  readRun,
  onError,
  checkIntervalMs = 2_000,
}: Options): DeliveryByRun {
  const deliveries = new Map<string, RunDelivery>();
  /** Of runs that are over, until their strategies are closed. */
  const leaving = new Map<DownloadCount, Promise<void>>();
  const timer = setInterval(() => {
    for (const [runId] of listFound()) leaveWhenOver(runId).catch(onError);
  }, checkIntervalMs);
  timer.unref();

  const listFound = () =>
    [...deliveries].flatMap(([runId, { found }]) => (found ? [[runId, found] as const] : []));

  async function look(runId: string): Promise<DeliveryStrategy | null> {
    // Both at once: whoever asks for a run has its id from its trigger, which came after the end of the one before.
    const [run] = await Promise.all([readRun(runId), ...listFound().map(([other]) => leaveWhenOver(other))]);
    if (!run?.delivery_settings || run.workload.profile === undefined || isTerminal(run.status)) return null;
    await hangUp();
    return create(run.delivery_settings);
  }

  async function leaveWhenOver(runId: string): Promise<void> {
    const run = await readRun(runId);
    if (run && !isTerminal(run.status)) return;
    const known = deliveries.get(runId);
    if (!known?.found) return;
    // Whoever comes late looks again, and gets the own strategy.
    deliveries.delete(runId);
    leaving.set(known.downloads, closeAfterLast(known.found, known.downloads));
    if (listFound().length > 0) await hangUp();
  }

  async function closeAfterLast(strategy: DeliveryStrategy, downloads: DownloadCount): Promise<void> {
    await downloads.whenNone();
    await Promise.resolve(strategy.close?.()).catch(onError);
    leaving.delete(downloads);
  }

  async function hangUp(): Promise<void> {
    for (const downloads of leaving.keys()) downloads.resetAll();
    await Promise.all(leaving.values());
  }

  function startLooking(runId: string): RunDelivery {
    makeRoom();
    const delivery: RunDelivery = { strategy: look(runId), downloads: countDownloads(), found: undefined };
    deliveries.set(runId, delivery);
    delivery.strategy.then(
      (found) => {
        delivery.found = found;
      },
      // A failed look is not an answer to the next request.
      () => deliveries.delete(runId),
    );
    return delivery;
  }

  /** Looks under way stay, for what they create would be created once more. */
  function makeRoom(): void {
    for (const [runId, { found }] of deliveries) {
      if (deliveries.size < maxRuns) return;
      if (found === null) deliveries.delete(runId);
    }
  }

  const listStrategies = () => [own, ...listFound().map(([, strategy]) => strategy)];

  return {
    async choose(runId, client) {
      if (runId === null) return own;
      const delivery = deliveries.get(runId) ?? startLooking(runId);
      // Before the look has ended, so that no strategy is closed between its choice and its use.
      delivery.downloads.enter(client);
      return (await delivery.strategy) ?? own;
    },

    readLoad: () => addLoads(listStrategies().flatMap((strategy) => strategy.readLoad?.() ?? [])),

    readAllLoad: () => ({
      admission: addLoads(listStrategies().flatMap((strategy) => strategy.readLoad?.() ?? [])),
      s3Pool: addLoads(listStrategies().flatMap((strategy) => strategy.readPool?.() ?? [])),
    }),

    readRunLoad(runId) {
      const strategy = deliveries.get(runId)?.found ?? own;
      return { admission: strategy.readLoad?.() ?? null, s3Pool: strategy.readPool?.() ?? null };
    },

    async close() {
      clearInterval(timer);
      await Promise.all(listStrategies().map((strategy) => strategy.close?.()));
    },
  };
}

function addLoads(loads: readonly DeliveryLoad[]): DeliveryLoad | null {
  if (loads.length === 0) return null;
  const add = (read: (load: DeliveryLoad) => number) => loads.reduce((sum, load) => sum + read(load), 0);
  return {
    active: add((load) => load.active),
    queued: add((load) => load.queued),
    limit: add((load) => load.limit),
  };
}
