import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DeliverySettings } from '../contract/delivery-settings.ts';
import { localStrategies } from '../contract/environment.ts';
import { createApp } from './app.ts';
import { assembleDelivery } from './assemble-delivery.ts';
import { assembleLocalLauncher } from './assemble-launcher.ts';
import { createArtifactStore } from './aws/artifact-store.ts';
import { createAwsClients, createEcsClient } from './aws/clients.ts';
import { createDocumentStore } from './aws/document-store.ts';
import { createEcsLauncher } from './aws/ecs/ecs-launcher.ts';
import { createModelStore } from './aws/model-store.ts';
import { createStoreProbes } from './aws/probe-stores.ts';
import { createRunStore } from './aws/run-store.ts';
import type { ServiceConfig } from './config.ts';
import { createPageFiles } from './dashboard/page-files.ts';
import { createSharedCache, readCacheUse } from './delivery/artifact-cache.ts';
import { createDeliveryByRun } from './delivery/delivery-by-run.ts';
import { createErrorLog } from './error-log.ts';
import { chooseConnectionLimits } from './http/connection-limits.ts';
import type { EndedRequest } from './http/observe-requests.ts';
import { createServiceServer } from './http/service-server.ts';
import type { Launcher } from './launcher.ts';
import { divideOpenFiles, readFileLimit } from './open-files.ts';
import { createCommittedReports } from './performance/committed-reports.ts';
import { createModelCount } from './performance/count-models.ts';
import { createPerformanceContext } from './performance/performance-context.ts';
import { createRunFeeds } from './performance/run-feeds.ts';
import { superviseOrphans } from './performance/stop-orphans.ts';
import { superviseRuns } from './performance/supervise-runs.ts';
import { superviseUploads } from './registry/supervise-uploads.ts';
import { createServiceLog, type ServiceLog } from './service-log.ts';
import { chooseStopTimes } from './stop-times.ts';
import { createRunTelemetry } from './telemetry/run-telemetry.ts';
import { createServiceMetrics } from './telemetry/service-metrics.ts';
import { addUses, oneWorker, type WorkerUse } from './telemetry/service-use.ts';
import { type ProcessMetrics, renderTogether } from './telemetry/worker-metrics.ts';
import { shareOf, shareRunSettings, shareSettings } from './workers/share-settings.ts';
import type { WorkerPlace } from './workers/worker-place.ts';

export interface Service {
  /** Resolves with the service's URL. Rejects when the address cannot be taken. */
  listen(): Promise<string>;
  /** Stores what the service knows of runs, for a process that may be held still at any time. */
  flushTelemetry(): Promise<void>;
  isActiveRun(runId: string): Promise<boolean>;
  /** Of this process alone. */
  readUse(): WorkerUse;
  readMetrics(): Promise<ProcessMetrics>;
  /** Takes no more requests, lets downloads in flight end for a while, writes the telemetry. */
  close(): Promise<void>;
}

/** Committed beside the sources, and shipped with them. */
const reportsFolder = fileURLToPath(new URL('../reports/', import.meta.url));

/** The one place that joins the parts. No store is touched before the first request. `place` is that of a worker of several. */
export function assembleService(
  config: ServiceConfig,
  environment: NodeJS.ProcessEnv,
  place: WorkerPlace | null = null,
): Service {
  const { stores, delivery: deliverySettings, launchTimeoutSeconds, workers } = config;
  const log = createServiceLog({
    level: config.logLevel,
    secrets: [config.triggerToken, environment.AWS_SECRET_ACCESS_KEY, environment.AWS_SESSION_TOKEN],
  });
  const logError = createErrorLog((entry) => log.error(entry));
  const clients = createAwsClients();
  const models = createModelStore(clients.dynamodb, stores.modelsTable);
  const artifacts = createArtifactStore(clients.s3, stores.modelsBucket);
  const documents = createDocumentStore(clients.s3, stores.runsBucket);
  const runs = createRunStore(clients.dynamodb, stores.runsTable, documents);
  const instanceId = randomUUID();

  let url = '';
  const ecs = config.runnerTasks === null ? null : createEcsClient();
  const launcher: Launcher =
    ecs === null || config.runnerTasks === null
      ? (place?.localLauncher ?? assembleLocalLauncher(environment, () => url))
      : createEcsLauncher({
          ecs,
          tasks: config.runnerTasks,
          launches: runs,
          launchTimeoutSeconds,
          onError: logError,
        });
  const cache = createSharedCache(Math.floor(deliverySettings.cache_bytes / workers));
  const createStrategy = (share: DeliverySettings) => assembleDelivery(stores.modelsBucket, share, cache);
  const openFiles = divideOpenFiles(readFileLimit(), shareOf(deliverySettings.s3_max_sockets, workers));
  const delivery = createDeliveryByRun({
    own: createStrategy(shareSettings(deliverySettings, workers)),
    create: (settings) => createStrategy(shareRunSettings(settings, workers, openFiles.forRun)),
    readRun: (runId) => runs.readRun(runId),
    onError: logError,
  });
  const telemetry = createRunTelemetry({
    instanceId,
    store: runs,
    readLoad: (runId) => delivery.readRunLoad(runId),
    onError: logError,
    isHeldStill: config.computeBackend === 'lambda',
  });
  const metrics = createServiceMetrics(
    () => delivery.readAllLoad(),
    () => readCacheUse(cache),
    place?.slot ?? null,
  );
  const readUse = (): WorkerUse => ({ load: delivery.readLoad(), cache: readCacheUse(cache) });
  const refusedStrategies = config.computeBackend === 'local' ? [] : localStrategies;
  const performance = createPerformanceContext(
    {
      runs,
      documents,
      models,
      launcher,
      deliverySettings,
      refusedStrategies,
      mostRunSockets: openFiles.forRun * workers,
      launchTimeoutSeconds,
      maxRunBytes: config.maxRunBytes,
    },
    logError,
  );
  const health = {
    ...performance,
    ...createStoreProbes(clients, stores),
    stores,
    async readUse() {
      if (place === null) return { ...readUse(), workers: oneWorker };
      const told = await place.surveyUses();
      return { ...addUses(told.answers), workers: told.workers };
    },
    countModels: createModelCount(models),
    isStopping: () => departure.isLeaving(),
  };
  // Lambda hands an answer on as a whole.
  const runFeeds = config.computeBackend === 'lambda' ? null : createRunFeeds(runs);

  const app = createApp({
    instanceId,
    host: config.computeBackend === 'lambda' ? null : config.host,
    models,
    artifacts,
    delivery,
    downloadLimit: { most: shareOf(config.maxDownloads, workers), workers },
    telemetry,
    metrics: place === null ? metrics : { ...metrics, render: () => renderAll(place) },
    performance,
    health,
    committedReports: createCommittedReports(reportsFolder),
    runFeeds,
    readPageFiles: createPageFiles(),
    triggerToken: config.triggerToken,
    onRequest: (request) => logRequest(log, request),
    onError: logError,
  });
  const { listen, departure } = createServiceServer(
    app.callback(),
    chooseConnectionLimits(config, openFiles),
    logError,
  );
  // Lambda holds the process still between requests: there each look at a run settles it, and publishers sweep. Of
  // several workers one is enough.
  const background =
    config.computeBackend === 'lambda' || (place !== null && place.slot > 0)
      ? []
      : [
          superviseRuns(performance, logError),
          superviseOrphans(performance, logError),
          superviseUploads({ models, artifacts }, logError),
        ];

  return {
    async listen() {
      const port = await listen({ ...config, joinedPort: place?.joinedPort ?? null });
      url = new URL(`http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`).origin;
      return url;
    },

    readUse,
    readMetrics: () => metrics.read(),
    flushTelemetry: () => telemetry.flush(),

    async isActiveRun(runId) {
      const lock = await runs.readLock();
      return lock?.holder === runId;
    },

    async close() {
      const { noticeMs, drainSeconds } = chooseStopTimes(config);
      departure.announce();
      log.info({ answers: departure.countAnswers(), limit_seconds: drainSeconds }, 'stopping');
      await Promise.all([sleep(noticeMs), ...background.map((repetition) => repetition.stop())]);
      runFeeds?.close();
      const late = await departure.leave(drainSeconds * 1_000);
      if (late > 0) log.error(describeLate(late, drainSeconds));
      await telemetry.stop();
      await delivery.close();
      clients.destroy();
      ecs?.destroy();
    },
  };
}

/** Of all workers, whichever is asked. */
async function renderAll(place: WorkerPlace): Promise<string> {
  const { answers, workers } = await place.surveyMetrics();
  return renderTogether(answers, workers);
}

/** Phases that took no time say nothing. */
function logRequest(
  log: ServiceLog,
  { phases, requestId, runId, residenceMs, bodyBytes, ...request }: EndedRequest,
): void {
  const spent = Object.entries(phases).flatMap(([phase, ms]) =>
    ms > 0 ? [[phase, Math.round(100 * ms) / 100]] : [],
  );
  log.info(
    {
      request_id: requestId,
      ...(runId === null ? {} : { run_id: runId }),
      ...request,
      residence_ms: Math.round(100 * residenceMs) / 100,
      body_bytes: bodyBytes,
      phases_ms: Object.fromEntries(spent),
    },
    'request',
  );
}

function describeLate(late: number, drainSeconds: number): string {
  const what = late === 1 ? '1 answer was reset: it was' : `${late} answers were reset: they were`;
  return `${what} not through ${drainSeconds} s after the order to stop.`;
}
