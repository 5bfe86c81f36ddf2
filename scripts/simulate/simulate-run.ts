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
import { runShard } from '../../server/performance/runner/run-shard.ts';
import { makeUpLoad } from './make-up-load.ts';

export interface Simulation {
  readonly shards: number;
  /** From the last runner's launch to the moment at which the load may begin. */
  readonly barrierSeconds: number;
  /** From the last part that was written to the run's end. */
  readonly mergeSeconds: number;
  readonly seconds: number;
  /** To DynamoDB: what each shard does once, such as claiming, arriving and being done. */
  readonly stepRequests: number;
  /** To DynamoDB: what goes with time, such as heartbeats and looks at the run. */
  readonly timedRequests: number;
  readonly s3Requests: number;
}

const clientsEach = 10;
const loadSeconds = 3;
/** As ECS launches Fargate tasks: so many at once, then so many a second. */
const launchBurst = 100;
const launchesPerSecond = 20;

/** One run whose runners are all in this process, with a load that is made up. @throws {Error} unless it is whole. */
export async function simulateRun(shards: number): Promise<Simulation> {
  const name = `simulation-${randomUUID()}`;
  const stores = {
    modelsBucket: `${name}-m`,
    runsBucket: `${name}-r`,
    modelsTable: `${name}-m`,
    runsTable: `${name}-r`,
  };
  const clients = createAwsClients({ tableAnswerLimitMs: 20_000 });
  await ensureStores(clients, stores);
  const counts = { steps: 0, timed: 0, s3: 0 };
  clients.dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        // Claims, arrivals and ends are updates; heartbeats are puts, looks are gets and queries.
        counts[commandName.startsWith('Update') ? 'steps' : 'timed'] += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
  clients.s3.middlewareStack.add(
    (next) => (args) => {
      counts.s3 += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
  const documents = createDocumentStore(clients.s3, stores.runsBucket);
  const runs = createRunStore(clients.dynamodb, stores.runsTable, documents);
  const run = describeRun(shards);
  await runs.createRun(run);
  let lastPartMs = 0;
  const begunMs = performance.now();
  let launchedMs = begunMs;
  const made = makeUpLoad(loadSeconds);
  const context = {
    runs,
    documents: {
      ...documents,
      async write(key: string, body: Buffer, mediaType: string) {
        await documents.write(key, body, mediaType);
        if (key.includes('/parts/')) lastPartMs = performance.now();
      },
    },
    models: { ...createModelStore(clients.dynamodb, stores.modelsTable), find: async () => made.model },
    measureLoad: made.measureLoad,
    startCalibrator: made.startCalibrator,
    targetUrl: 'http://127.0.0.1:1',
    launchTimeoutSeconds: 600,
    computeBackend: 'local',
    backend: 'embedded' as const,
    modelsBucket: stores.modelsBucket,
    readStoresCounts: async () => ({ s3: null, dynamodb: null }),
    warn: (message: string) => process.stderr.write(`${message}\n`),
  };
  await Promise.all(
    Array.from({ length: shards }, async (_, index) => {
      await sleep((Math.max(0, index + 1 - launchBurst) / launchesPerSecond) * 1_000);
      launchedMs = performance.now();
      return runShard({ ...context, runner: `simulated ${index}` }, run.run_id, new AbortController());
    }),
  );
  const endMs = performance.now();
  const ended = await runs.readRun(run.run_id);
  assertWhole(ended, run);
  clients.destroy();
  return {
    shards,
    barrierSeconds: (Date.parse(ended?.load_starts_at ?? '') - (performance.timeOrigin + launchedMs)) / 1_000,
    mergeSeconds: (endMs - lastPartMs) / 1_000,
    seconds: (endMs - begunMs) / 1_000,
    stepRequests: counts.steps,
    timedRequests: counts.timed,
    s3Requests: counts.s3,
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
    delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 },
    shards,
    started_at: now,
    estimated_completion: later,
    hard_deadline: later,
  });
}
