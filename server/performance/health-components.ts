import type { Component, Components } from '../../contract/health.ts';
import { storesLostMs } from '../../contract/run.ts';
import type { ServiceUse, WorkersState } from '../telemetry/service-use.ts';
import { type HealthContext, probeLimitMs } from './health-context.ts';
import { createLastAnswers, type LastAnswers } from './last-answers.ts';
import { describePerformance, noPerformanceMetrics, readPerformanceHealth } from './performance-health.ts';

/** As long as a runner waits for its stores. */
const silenceLimitMs = storesLostMs;

/** What the dashboard shows. Always answers, and within `probeLimitMs`. */
export function createComponentsReader(
  context: HealthContext,
  answers: LastAnswers = createLastAnswers(silenceLimitMs),
): () => Promise<Components> {
  const probe = (description: Description, ask: () => Promise<Component['metrics']>) =>
    answers.ask(
      async () => ({
        ...description,
        status: 'ok',
        reason: null,
        metrics: { ...description.metrics, ...(await ask()) },
      }),
      { ...description, status: 'down', reason: null },
    );
  const unknownPerformance = describePerformance(
    { status: 'down', reason: null },
    { ...noPerformanceMetrics, total_runs_completed: null, active_run_id: null },
  );
  return async () => {
    const components = await Promise.all([
      answers.ask(() => readPerformanceHealth(context), unknownPerformance),
      answers.ask(() => readRegistry(context), { ...describeRegistry(context), status: 'down', reason: null }),
      probe(describeStorage(context), () => timed((signal) => context.probeStorage(signal))),
      probe(describeMetadata(context), () => timed((signal) => context.probeMetadata(signal))),
    ]);
    return { components };
  };
}

type Description = Omit<Component, 'status' | 'reason'>;

function describeRegistry({ deliverySettings: { delivery } }: HealthContext): Description {
  return {
    id: 'registry',
    display_name: 'Model Registry',
    description: 'Published models and their downloads. Listed via GET /models.',
    metrics: { delivery },
  };
}

async function readRegistry(context: HealthContext): Promise<Component> {
  const [use, publishedVersions] = await Promise.all([context.readUse(), context.countModels()]);
  const description = describeRegistry(context);
  return {
    ...description,
    ...judgeWorkers(use.workers),
    metrics: {
      ...description.metrics,
      ...describeWorkers(use.workers),
      ...describeLoad(use),
      ...describeCache(context, use),
      published_versions: publishedVersions,
    },
  };
}

function judgeWorkers({ wanted, alive, silent }: WorkersState): Pick<Component, 'status' | 'reason'> {
  if (alive < wanted) {
    return {
      status: 'degraded',
      reason: `Only ${alive} of ${wanted} workers serve; the others are being replaced.`,
    };
  }
  if (silent === 0) return { status: 'ok', reason: null };
  return {
    status: 'degraded',
    reason: `${silent} of ${wanted} workers did not answer in time: what they do is not in the figures.`,
  };
}

function describeWorkers({ wanted, alive, silent, replaced }: WorkersState): Component['metrics'] {
  if (wanted === 1) return {};
  return { workers_alive: alive, workers_silent: silent, workers_replaced: replaced };
}

function describeLoad({ load }: ServiceUse): Component['metrics'] {
  if (load === null) return {};
  return { downloads_active: load.active, downloads_queued: load.queued, downloads_limit: load.limit };
}

function describeCache({ deliverySettings }: HealthContext, { cache }: ServiceUse): Component['metrics'] {
  if (deliverySettings.delivery !== 'cached') return {};
  const { usedBytes, limitBytes, artifacts, hits, joined, misses } = cache;
  return {
    cache_bytes: usedBytes,
    cache_limit_bytes: limitBytes,
    cache_artifacts: artifacts,
    cache_hits: hits + joined,
    cache_misses: misses,
  };
}

function describeStorage({ stores }: HealthContext): Description {
  return {
    id: 'storage',
    display_name: 'Object Storage (S3)',
    description: 'Buckets of the artifacts and of the run documents.',
    metrics: { models_bucket: stores.modelsBucket, runs_bucket: stores.runsBucket },
  };
}

function describeMetadata({ stores }: HealthContext): Description {
  return {
    id: 'metadata',
    display_name: 'Metadata (DynamoDB)',
    description: 'Tables of the model records and of the runs.',
    metrics: { models_table: stores.modelsTable, runs_table: stores.runsTable },
  };
}

async function timed(ask: (signal: AbortSignal) => Promise<void>): Promise<Component['metrics']> {
  const startMs = performance.now();
  await ask(AbortSignal.timeout(probeLimitMs));
  return { probe_ms: Math.round((performance.now() - startMs) * 10) / 10 };
}
