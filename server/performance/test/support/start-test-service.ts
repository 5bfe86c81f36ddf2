import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DeliverySettings } from '../../../../contract/delivery-settings.ts';
import { createApp } from '../../../app.ts';
import { assembleDelivery } from '../../../assemble-delivery.ts';
import { createStoreProbes } from '../../../aws/probe-stores.ts';
import { createPageFiles } from '../../../dashboard/page-files.ts';
import { createSharedCache, readCacheUse } from '../../../delivery/artifact-cache.ts';
import { createDeliveryByRun } from '../../../delivery/delivery-by-run.ts';
import type { DeliveryChoice } from '../../../delivery/delivery-strategy.ts';
import { createRunTelemetry } from '../../../telemetry/run-telemetry.ts';
import { createServiceMetrics } from '../../../telemetry/service-metrics.ts';
import { oneWorker } from '../../../telemetry/service-use.ts';
import { createCommittedReports } from '../../committed-reports.ts';
import { createModelCount } from '../../count-models.ts';
import { createLocalLauncher } from '../../local-launcher.ts';
import { createPerformanceContext, type PerformanceContext } from '../../performance-context.ts';
import { createRunFeeds } from '../../run-feeds.ts';
import { superviseRuns } from '../../supervise-runs.ts';
import type { TestStores } from './start-stores.ts';

export interface TestServiceOptions {
  readonly triggerToken?: string;
  readonly launchTimeoutSeconds?: number;
  /** Of the runner; the real one when absent. */
  readonly runnerPath?: string;
  /** Added to the runner's environment. */
  readonly runnerEnvironment?: Readonly<Record<string, string>>;
  /** What the runners load, when it is not this service. */
  readonly targetUrl?: string;
  /** Bodies wait until it resolves. */
  readonly holdDownloads?: (runId: string | null) => Promise<void>;
  readonly launcher?: PerformanceContext['launcher'];
  readonly isSupervised?: boolean;
  readonly reportsFolder?: string;
  /** As behind Lambda, when false. */
  readonly streamsEvents?: boolean;
}

export type TestService = Awaited<ReturnType<typeof startTestService>>;

const cacheBytes = 64_000_000;
const deliverySettings: DeliverySettings = {
  delivery: 'streamed',
  download_concurrency: 100,
  s3_max_sockets: 50,
  cache_bytes: cacheBytes,
};
const realRunner = fileURLToPath(new URL('../../../runner.ts', import.meta.url));

/** The service's performance part on a free port, in this process, joined as the real one is. */
export async function startTestService(stores: TestStores, options: TestServiceOptions = {}) {
  const { runs, documents, models, artifacts, clients } = stores;
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const instanceId = randomUUID();
  let url = '';
  const launcher =
    options.launcher ??
    createLocalLauncher({
      runnerPath: options.runnerPath ?? realRunner,
      environment: { ...process.env, ...stores.env, ...options.runnerEnvironment },
      readTargetUrl: () => options.targetUrl ?? url,
    });
  const launchTimeoutSeconds = options.launchTimeoutSeconds ?? 20;
  const performance = createPerformanceContext(
    { runs, documents, models, launcher, deliverySettings, launchTimeoutSeconds },
    onError,
  );
  const probes = createStoreProbes(clients, stores.stores);
  const cache = createSharedCache(cacheBytes);
  const createStrategy = (settings: DeliverySettings) =>
    assembleDelivery(stores.stores.modelsBucket, settings, cache);
  const byRun = createDeliveryByRun({
    own: createStrategy(deliverySettings),
    create: createStrategy,
    readRun: (runId) => runs.readRun(runId),
    onError,
  });
  const health = {
    ...performance,
    ...probes,
    readUse: async () => ({ load: byRun.readLoad(), cache: readCacheUse(cache), workers: oneWorker }),
    stores: stores.stores,
    countModels: createModelCount(models),
    isStopping: () => false,
  };
  const readLoad = (runId: string) => byRun.readRunLoad(runId);
  const telemetry = createRunTelemetry({ instanceId, store: runs, readLoad, onError });

  const delivery: DeliveryChoice = {
    async choose(runId, client) {
      const strategy = await byRun.choose(runId, client);
      return {
        ...strategy,
        async open(request) {
          await options.holdDownloads?.(runId);
          return strategy.open(request);
        },
      };
    },
  };
  const runFeeds = (options.streamsEvents ?? true) ? createRunFeeds(runs) : null;
  const app = createApp({
    instanceId,
    host: '127.0.0.1',
    downloadLimit: { most: 10_000, workers: 1 },
    models,
    artifacts,
    delivery,
    telemetry,
    metrics: createServiceMetrics(
      () => byRun.readAllLoad(),
      () => readCacheUse(cache),
    ),
    onRequest: () => {},
    performance,
    health,
    committedReports: createCommittedReports(options.reportsFolder ?? '/nowhere'),
    runFeeds,
    readPageFiles: createPageFiles(),
    triggerToken: options.triggerToken ?? null,
    onError,
  });

  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const supervision = (options.isSupervised ?? true) ? superviseRuns(performance, onError) : null;
  return {
    url,
    errors,
    instanceId,
    performance,
    health,
    telemetry,
    async close() {
      await supervision?.stop();
      runFeeds?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await byRun.close();
      await telemetry.stop();
    },
  };
}
