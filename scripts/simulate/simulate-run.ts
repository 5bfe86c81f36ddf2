import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyWorkload, countPlannedRequests } from '../../bench/index.ts';
import type { RunRecord } from '../../contract/run.ts';
import { defaultWorkload, type Workload } from '../../contract/workload.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { ensureStores } from '../../server/aws/create-stores.ts';
import { createDocumentStore } from '../../server/aws/document-store.ts';
import { createModelStore } from '../../server/aws/model-store.ts';
import { createRunStore } from '../../server/aws/run-store.ts';
import { newRun } from '../../server/performance/new-run.ts';
import { createFingerprintReader } from '../../server/performance/runner/describe-machine.ts';
import { runShard } from '../../server/performance/runner/run-shard.ts';
import { countRequests, type RequestCounts } from './count-requests.ts';
import { makeUpLoad } from './make-up-load.ts';

export interface Phase extends RequestCounts {
  readonly seconds: number;
}

export interface Simulation {
  readonly shards: number;
  /** Until the last runner was launched. */
  readonly launchSeconds: number;
  /** From then on until the load begins; its requests are counted from the first launch. */
  readonly barrier: Phase;
  /** From the last part's writing until the run has ended; its requests are counted from the load's begin. */
  readonly merge: Phase;
  /** Heartbeats and looks at the run, of all runners together, over the whole run. */
  readonly timedPerSecond: number;
}

const deliverySettings = { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 } as const;
const clientsEach = 10;
const loadSeconds = 3;
/** As ECS launches Fargate tasks: so many at once, then so many a second. */
const launchBurst = 100;
const launchesPerSecond = 20;
/** One process is a thousand runners here: what waits for its turn in it is not a store that is silent. */
const callLimitMs = 20_000;

/** One run whose runners are all in this process, with a load that is made up. @throws {Error} unless it is whole. */
export async function simulateRun(shards: number): Promise<Simulation> {
  const name = `simulation-${randomUUID()}`;
  const stores = {
    modelsBucket: `${name}-m`,
    runsBucket: `${name}-r`,
    modelsTable: `${name}-m`,
    runsTable: `${name}-r`,
  };
  const clients = createAwsClients({ tableAnswerLimitMs: callLimitMs });
  await ensureStores(clients, stores);
  const documents = createDocumentStore(clients.s3, stores.runsBucket);
  const runs = createRunStore(clients.dynamodb, stores.runsTable, documents, { callLimitMs });
  const run = describeRun(shards);
  await runs.createRun(run);
  const made = makeUpLoad(loadSeconds);
  const fingerprints = createFingerprintReader({ backend: 'embedded', computeBackend: 'local' })(
    deliverySettings,
  );
  const requests = countRequests(clients);
  const marks = { begin: performance.now(), launched: 0, loading: 0, lastPart: 0, end: 0 };
  let meeting: RequestCounts | undefined;
  const context = {
    runs: {
      ...runs,
      async startLoad(...given: Parameters<typeof runs.startLoad>) {
        const isFirst = await runs.startLoad(...given);
        if (isFirst) {
          marks.loading = Date.parse(given[1].startsAt) - performance.timeOrigin;
          meeting = requests.endPhase();
        }
        return isFirst;
      },
      async endRun(...given: Parameters<typeof runs.endRun>) {
        const isEnded = await runs.endRun(...given);
        marks.end ||= performance.now();
        return isEnded;
      },
    },
    documents: {
      ...documents,
      async write(key: string, body: Buffer, mediaType: string) {
        await documents.write(key, body, mediaType);
        if (key.includes('/parts/')) marks.lastPart = performance.now();
      },
    },
    models: { ...createModelStore(clients.dynamodb, stores.modelsTable), find: async () => made.model },
    measureLoad: made.measureLoad,
    startCalibrator: made.startCalibrator,
    targetUrl: 'http://127.0.0.1:1',
    launchTimeoutSeconds: 600,
    readFingerprints: () => fingerprints,
    modelsBucket: stores.modelsBucket,
    readStoresCounts: async () => ({ s3: null, dynamodb: null }),
    warn: (message: string) => process.stderr.write(`${message}\n`),
  };
  await Promise.all(
    Array.from({ length: shards }, async (_, index) => {
      await sleep((Math.max(0, index + 1 - launchBurst) / launchesPerSecond) * 1_000);
      marks.launched = performance.now();
      return runShard({ ...context, runner: `simulated ${index}` }, run.run_id, new AbortController());
    }),
  );
  assertWhole(await runs.readRun(run.run_id), run);
  clients.destroy();
  const merging = requests.endPhase();
  const barrier = meeting ?? { steps: 0, timed: 0, s3: 0 };
  return {
    shards,
    launchSeconds: (marks.launched - marks.begin) / 1_000,
    barrier: { ...barrier, seconds: (marks.loading - marks.launched) / 1_000 },
    merge: { ...merging, seconds: (marks.end - marks.lastPart) / 1_000 },
    timedPerSecond: (barrier.timed + merging.timed) / ((performance.now() - marks.begin) / 1_000),
  };
}

function assertWhole(ended: RunRecord | null, { workload }: RunRecord): void {
  const planned = countPlannedRequests(applyWorkload(workload));
  if (ended?.status === 'completed' && ended.metrics?.total_requests === planned) return;
  throw new Error(
    `The run is ${ended?.status ?? 'gone'} (${ended?.failure_reason ?? 'no reason'}) with ${ended?.metrics?.total_requests} of ${planned} requests.`,
  );
}

function describeRun(shards: number): RunRecord {
  const workload: Workload = {
    ...defaultWorkload,
    num_clients: shards * clientsEach,
    ...(shards === 1 ? {} : { runner_tasks: shards }),
  };
  const now = new Date().toISOString();
  const later = new Date(Date.now() + 3_600_000).toISOString();
  return newRun({
    run_id: randomUUID(),
    workload,
    delivery_settings: deliverySettings,
    shards,
    planned_seconds: null,
    started_at: now,
    estimated_completion: later,
    hard_deadline: later,
  });
}
