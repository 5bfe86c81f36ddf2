import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.ts';
import { createArtifactReader } from './aws/artifact-reader.ts';
import { createAwsClients, createDeliveryClient } from './aws/clients.ts';
import { createDocumentStore } from './aws/document-store.ts';
import { createModelStore } from './aws/model-store.ts';
import { createStoreProbes } from './aws/probe-stores.ts';
import { createRunStore } from './aws/run-store.ts';
import type { ServiceConfig } from './config.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { createModelCount } from './performance/count-models.ts';
import { createUnavailableLauncher, type Launcher } from './performance/launcher.ts';
import { createLocalLauncher } from './performance/local-launcher.ts';
import { superviseRuns } from './performance/supervise-runs.ts';
import { createRunTelemetry } from './telemetry/run-telemetry.ts';

export interface Service {
  /** Resolves with the service's URL. Rejects when the address cannot be taken. */
  listen(): Promise<string>;
  /** Takes no more requests, lets downloads in flight end for a while, writes the telemetry. */
  close(): Promise<void>;
}

const runnerPath = fileURLToPath(new URL('./runner.ts', import.meta.url));
/** Downloads that take longer after the order to stop are reset. */
const drainLimitMs = 10_000;

/** The one place that joins the parts. No store is touched before the first request. */
export function assembleService(config: ServiceConfig, environment: NodeJS.ProcessEnv): Service {
  const { stores, delivery: strategy, launchTimeoutSeconds } = config;
  const clients = createAwsClients();
  const models = createModelStore(clients.dynamodb, stores.modelsTable);
  const deliveryClient = createDeliveryClient(config.s3MaxSockets);
  const artifacts = createArtifactReader(deliveryClient, { bucket: stores.modelsBucket });
  const runs = createRunStore(clients.dynamodb, stores.runsTable);
  const documents = createDocumentStore(clients.s3, stores.runsBucket);
  const instanceId = randomUUID();
  const telemetry = createRunTelemetry({ instanceId, store: runs, onError: logError });

  let url = '';
  const launcher: Launcher =
    config.computeBackend === 'local'
      ? createLocalLauncher({ runs, runnerPath, environment, readTargetUrl: () => url, onError: logError })
      : createUnavailableLauncher(config.computeBackend);
  const performance = { runs, documents, models, launcher, delivery: strategy, launchTimeoutSeconds };
  const health = {
    ...performance,
    ...createStoreProbes(clients, stores),
    stores,
    countModels: createModelCount(models),
  };

  const app = createApp({
    instanceId,
    models,
    delivery: createDelivery(strategy, { artifacts }),
    telemetry,
    performance,
    health,
    triggerToken: config.triggerToken,
    onError: logError,
  });
  const server = createServer(app.callback());
  const supervision = superviseRuns(performance, logError);

  return {
    async listen() {
      server.listen(config.port, config.host);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      url = new URL(`http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`).origin;
      return url;
    },

    async close() {
      await supervision.stop();
      const closed = once(server, 'close');
      server.close();
      await Promise.race([closed, sleep(drainLimitMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
      await telemetry.stop();
      deliveryClient.destroy();
      clients.destroy();
    },
  };
}

function logError(error: unknown): void {
  console.error(error);
}
