import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../bench/engine/plan-requests.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { readStoresConfig } from '../../server/config.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { openRegistry } from '../open-registry.ts';
import { Catalogue } from './catalogue.ts';
import { type Population, runClients } from './clients.ts';
import { findUnexplained, type LogLine } from './explain-log.ts';
import type { Store } from './fault-kinds.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { readIdleLevel } from './idle-level.ts';
import type { SoakRecord } from './judge-soak.ts';
import { findLeftOver, readAllVersions, settleRuns } from './look-afterwards.ts';
import { planFaults, planServiceKills } from './plan-faults.ts';
import { playFaults } from './play-faults.ts';
import { publishFirst, runPublishers } from './publishers.ts';
import { cancelRuns, runRuns } from './runs.ts';
import { SoakedService } from './soaked-service.ts';
import { Strikes, settlingMs } from './strikes.ts';
import { Tally } from './tally.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Ends it before its time, without a record. */
  readonly interruption: AbortSignal;
  /** Told every second. */
  readonly onProgress: (text: string) => void;
}

const streams = { s3: 10, dynamodb: 11 } as const;
/** Less than all artifacts have together, so that some make room for others and one is streamed past it. */
const cacheBytes = 3_000_000;
const progressMs = 1_000;
/** How long clients of a slow machine stay after the faults, until they have had a whole body and a part. */
const patienceMs = 300_000;

/**
 * The real service under clients, publishers, runs and faults for some minutes, and then a look at what all of it left.
 * Stores, service and runners are processes of their own; the faults strike in proxies between them. Null when it was
 * interrupted: runs have been cancelled, for their runners would outlive it.
 */
export async function runSoak({
  minutes,
  seed,
  interruption,
  onProgress,
}: SoakOptions): Promise<SoakRecord | null> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  const names = readStoresConfig(process.env);
  const clients = createAwsClients();
  const { stores } = await openRegistry(clients, names);
  const strikes = new Strikes();
  const open = (store: Store, targetUrl: string | undefined) =>
    startFaultProxy({
      targetUrl: targetUrl ?? '',
      artifactsBucket: names.modelsBucket,
      random: createRandom(seed, streams[store]),
      strikes,
    });
  const s3 = await open('s3', aws.env.AWS_ENDPOINT_URL_S3);
  const dynamodb = await open('dynamodb', aws.env.AWS_ENDPOINT_URL_DYNAMODB);
  const log: LogLine[] = [];
  const service = new SoakedService(
    {
      ...process.env,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      HOST: '127.0.0.1',
      COMPUTE_BACKEND: 'local',
      DELIVERY: 'cached',
      // Memory and descriptors are looked at in one process.
      WORKERS: '1',
      CACHE_BYTES: String(cacheBytes),
      LAUNCH_TIMEOUT_SECONDS: '90',
      LOG_LEVEL: 'error',
    },
    (text) => log.push({ atMs: performance.now(), text }),
  );
  const soak = async (): Promise<SoakRecord> => {
    await service.start();
    const catalogue = new Catalogue();
    const tally = new Tally();
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, interruption]);
    const population = { seed, readUrl: () => service.url, catalogue, strikes, tally, signal };
    await publishFirst(population);
    await readAllVersions(population);
    const before = await readIdleLevel(service, { s3, dynamodb });

    const cancelledRuns = new Set<string>();
    const runIds = await strike({
      minutes,
      seed,
      service,
      proxies: { s3, dynamodb },
      population,
      ending,
      cancelledRuns,
      onProgress,
    });

    strikes.end();
    const settled = sleep(settlingMs);
    onProgress('faults are over: waiting for runs to end, reading every version again');
    const { runs, lastRun } = await settleRuns(() => service.url, runIds);
    // What is read from here on has no fault left to excuse it.
    await settled;
    const readAgain = await readAllVersions(population);
    const leftOver = await findLeftOver(stores);
    const after = await readIdleLevel(service, { s3, dynamodb }, before);
    return {
      answers: tally.answers,
      findings: tally.findings,
      publications: {
        acknowledged: catalogue.count('acknowledged'),
        unknown: catalogue.count('unknown'),
        refused: catalogue.count('refused'),
        readAgain,
      },
      leftOver,
      runs,
      lastRun,
      memory: service.memory,
      idle: { before, after },
      unexplainedLines: findUnexplained(log, strikes, cancelledRuns),
      logLines: log.length,
      strikes: strikes.count(),
    };
  };
  try {
    const record = await Promise.race([soak(), awaitAbort(interruption)]);
    if (record !== null) return record;
    await Promise.all([s3.heal(), dynamodb.heal()]);
    await cancelRuns(service.url);
    return null;
  } finally {
    await service.stop();
    clients.destroy();
    await Promise.all([s3.close(), dynamodb.close()]);
    await aws.stop();
  }
}

async function awaitAbort(signal: AbortSignal): Promise<null> {
  if (!signal.aborted) await once(signal, 'abort');
  return null;
}

interface Strike {
  readonly minutes: number;
  readonly seed: number;
  readonly service: SoakedService;
  readonly proxies: Readonly<Record<Store, FaultProxy>>;
  readonly population: Population;
  readonly ending: AbortController;
  /** Gets the ids of those that the soak cancels. */
  readonly cancelledRuns: Set<string>;
  readonly onProgress: (text: string) => void;
}

/** All that goes on while faults strike; resolves with the ids of runs when everybody who was under way is done. */
async function strike({
  minutes,
  seed,
  service,
  proxies,
  population,
  ending,
  cancelledRuns,
  onProgress,
}: Strike): Promise<readonly string[]> {
  const durationMs = minutes * 60_000;
  const { signal, strikes, tally, catalogue } = population;
  const beganMs = performance.now();
  const wrong = new Map<Store, string>();
  let ended = 0;
  const play = (store: Store) =>
    playFaults(
      proxies[store],
      planFaults(seed, store, durationMs),
      (what) => (what === null ? wrong.delete(store) : wrong.set(store, what)),
      signal,
    );

  const endAtLast = () => {
    const { whole, parts } = tally.answers;
    const elapsedMs = performance.now() - beganMs;
    const hasSeen = whole > 0 && parts > 0;
    if (elapsedMs >= durationMs && (hasSeen || elapsedMs >= durationMs + patienceMs)) ending.abort();
  };
  const timer = setInterval(endAtLast, 100);
  const progress = setInterval(() => {
    const { whole, parts, cut } = tally.answers;
    const seconds = Math.round((performance.now() - beganMs) / 1_000);
    const counts = `${whole + parts} bodies, ${cut} cut, ${catalogue.count('acknowledged')} published, ${ended} runs`;
    onProgress(
      `${seconds} of ${Math.round(durationMs / 1_000)} s: ${counts}; ${[...wrong.values()].join(', ') || 'no fault'}`,
    );
  }, progressMs);
  try {
    const [runIds] = await Promise.all([
      runRuns({
        seed,
        readUrl: population.readUrl,
        signal,
        onEnd: () => {
          ended += 1;
        },
        onKill: () => strikes.begin('runner-killed')(),
        onCancel: (id) => cancelledRuns.add(id),
      }),
      runClients(population),
      runPublishers(population),
      play('s3'),
      play('dynamodb'),
      killService(service, planServiceKills(seed, durationMs), strikes, signal),
    ]);
    return runIds;
  } finally {
    clearInterval(timer);
    clearInterval(progress);
    await Promise.all([proxies.s3.heal(), proxies.dynamodb.heal()]);
  }
}

async function killService(
  service: SoakedService,
  killsMs: readonly number[],
  strikes: Strikes,
  signal: AbortSignal,
): Promise<void> {
  const beganMs = performance.now();
  for (const atMs of killsMs) {
    await sleep(Math.max(0, beganMs + atMs - performance.now()), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const end = strikes.begin('service-killed');
    await service.kill();
    await service.start();
    end();
  }
}
