import autocannon from 'autocannon';
import type { Attempt } from '../../contract/ledger.ts';
import type { Generator } from '../../contract/report.ts';
import type { Progress } from '../../contract/run.ts';
import type { Measurement } from '../metrics/measurement.ts';
import type { PerVuIterations, Scenario, ServedModel } from '../scenario.ts';
import { adaptClient } from './adapt-client.ts';
import { AttemptJournal } from './attempt-journal.ts';
import { type GeneratorCost, measureGeneratorCost } from './generator-cost.ts';
import { assertInnerClient, type InnerClient } from './inner-client.ts';
import { LoadTotals } from './load-totals.ts';

export interface Load {
  readonly scenario: Scenario;
  /** Of the service; the paths of the requests are added to it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What there is to be downloaded. */
  readonly models: readonly ServedModel[];
  /** Stops the load: what is in flight ends as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called once a second. */
  readonly onProgress?: (progress: Progress) => void;
}

const progressIntervalMs = 1_000;

/**
 * Drives the scenario's load from this process and resolves when every request has its outcome. A service that
 * fails is a measurement, not an error.
 * @throws {Error} when the URL is not http or autocannon is not the one that the adapter knows.
 */
export async function runScenario(load: Load): Promise<Measurement> {
  const { scenario, signal } = load;
  if (scenario.executor !== 'per-vu-iterations') throw new Error(`${scenario.executor} is not built.`);
  const [model] = load.models;
  if (!model) throw new Error('There is no model to download.');
  if (URL.parse(load.url)?.protocol !== 'http:') {
    throw new Error(`The load engine takes http:// targets only; received "${load.url}".`);
  }

  const totals = new LoadTotals(scenario.vus * scenario.iterations);
  const finishCost = measureGeneratorCost();
  if (signal?.aborted) return describeMeasurement(finishCost(), totals);
  const clients: InnerClient[] = [];
  const stop = () => {
    for (const client of clients) client.destroy();
  };
  const ticker = setInterval(() => load.onProgress?.(totals.readProgress()), progressIntervalMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let running = scenario.vus;
      void autocannon(
        {
          url: load.url.replace(/\/$/, '') + model.path,
          headers: { ...load.headers },
          connections: scenario.vus,
          maxConnectionRequests: scenario.iterations,
          // Deadlines and the end are the adapter's; autocannon's own only have to come later.
          timeout: scenario.deadlineSeconds + 60,
          duration: scenario.deadlineSeconds * scenario.iterations + 60,
          sampleInt: 100,
          setupClient(client) {
            assertInnerClient(client);
            clients.push(client);
            adaptClient(
              client,
              createJournal(clients.length - 1, scenario, model, totals),
              scenario.deadlineSeconds * 1_000,
            );
            client.on('done', () => {
              running -= 1;
              if (running === 0) resolve();
            });
          },
        },
        (error: unknown) => (error ? reject(error) : resolve()),
      );
    });
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener('abort', stop);
  }
  return describeMeasurement(finishCost(), totals);
}

function createJournal(
  client: number,
  { vus, digestSampleRate }: PerVuIterations,
  model: ServedModel,
  totals: LoadTotals,
): AttemptJournal {
  return new AttemptJournal(
    client,
    model,
    (iteration) => isSampled(iteration * vus + client, digestSampleRate),
    totals,
  );
}

/** Spreads the samples evenly over the requests' numbers, the first one included. */
function isSampled(requestNumber: number, rate: number): boolean {
  return Math.ceil((requestNumber + 1) * rate) > Math.ceil(requestNumber * rate);
}

function describeMeasurement(cost: GeneratorCost, totals: LoadTotals): Measurement {
  return {
    attempts: totals.attempts,
    generator: describeGenerator(cost, totals),
    droppedIterations: 0,
    droppedSeries: { interval_ms: 100, counts: [] },
    wire: null,
    resentRequests: 0,
    checks: [],
    stoppedBecause: null,
  };
}

function describeGenerator(cost: GeneratorCost, totals: LoadTotals): Generator {
  const receivedBytes = totals.receivedBytes;
  return {
    cpu_seconds: cost.cpuSeconds,
    cpu_utilization: cost.wallSeconds > 0 ? cost.cpuSeconds / cost.wallSeconds : 0,
    cpu_seconds_per_gb: receivedBytes > 0 ? cost.cpuSeconds / (receivedBytes / 1e9) : null,
    hashed_share: receivedBytes > 0 ? totals.hashedBytes / receivedBytes : 0,
    peak_rss_bytes: cost.peakRssBytes,
    timestamp_uncertainty_ms: cost.longestTurnMs,
    start_skew_ms: measureStartSkew(totals.attempts),
    machine_idle: cost.machineIdle,
    received: totals.readSeries(),
  };
}

function measureStartSkew(attempts: readonly Attempt[]): number {
  const firstStarts = new Map<number, number>();
  for (const { client, started_ms } of attempts) {
    firstStarts.set(client, Math.min(started_ms, firstStarts.get(client) ?? Number.POSITIVE_INFINITY));
  }
  const starts = [...firstStarts.values()];
  return starts.length > 0 ? Math.max(...starts) - Math.min(...starts) : 0;
}
