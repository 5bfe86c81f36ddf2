import Router from '@koa/router';
import Koa from 'koa';
import type { DeliveryStrategy as StrategyName } from '../../../contract/environment.ts';
import { createArtifactLinks } from '../../aws/artifact-links.ts';
import { createBlockingArtifactReader } from '../../aws/blocking-artifact-reader.ts';
import { createSharedCache, type SharedCache } from '../../delivery/artifact-cache.ts';
import { createDelivery } from '../../delivery/create-delivery.ts';
import type { DeliveryChoice, DeliveryStrategy } from '../../delivery/delivery-strategy.ts';
import { forgetWritten } from '../../registry/forget-written.ts';
import { createRecordReads } from '../../registry/record-reads.ts';
import type { RegistryFixture } from '../../test/registry-fixture.ts';
import { isDeparture } from '../client-departure.ts';
import type { ConnectionLimits } from '../connection-limits.ts';
import { addDownloadRoute } from '../download-route.ts';
import { dropUnreadBody } from '../drop-unread-body.ts';
import type { DownloadLimit } from '../limit-downloads.ts';
import { addModelRoutes } from '../model-routes.ts';
import { answerProblems } from '../problem.ts';
import { addPublishRoute, type PublishDependencies } from '../publish-route.ts';
import { refuseAmbiguousHost } from '../refuse-ambiguous-host.ts';
import { createServiceServer } from '../service-server.ts';

export interface ServedRegistry {
  readonly url: string;
  readonly delivery: DeliveryStrategy;
  readonly cache: SharedCache;
  /** What the service would have logged. */
  readonly errors: Error[];
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly delivery?: StrategyName;
  readonly downloadConcurrency?: number;
  readonly cacheBytes?: number;
  readonly downloadLimit?: DownloadLimit;
  /** Instead of this one strategy for all. */
  readonly choose?: DeliveryChoice['choose'];
  readonly publish?: Partial<PublishDependencies>;
  readonly limits?: Partial<ConnectionLimits>;
}

const usualLimits: ConnectionLimits = {
  listeners: 4,
  places: Number.POSITIVE_INFINITY,
  headMs: 20_000,
  silenceMs: 390_000,
  idleMs: 5_000,
};

/** The registry's routes on a free port, and `/live`, which needs nothing but the event loop. */
export async function serveRegistry(
  { models, artifacts, reader, clients, stores }: RegistryFixture,
  options: ServeOptions = {},
): Promise<ServedRegistry> {
  const errors: Error[] = [];
  const bucket = stores.modelsBucket;
  const cache = createSharedCache(options.cacheBytes ?? 64_000_000);
  const delivery = createDelivery(options.delivery ?? 'streamed', {
    artifacts: reader,
    createBlockingReader: () => createBlockingArtifactReader({ bucket, s3MaxSockets: 10 }),
    links: createArtifactLinks(clients.s3, bucket),
    downloadConcurrency: options.downloadConcurrency ?? 32,
    cache,
  });
  const router = new Router();
  const records = createRecordReads(models);
  addDownloadRoute(router, {
    records,
    delivery: { choose: options.choose ?? (async () => delivery) },
    downloadLimit: options.downloadLimit ?? { most: 10_000, workers: 1 },
  });
  addPublishRoute(router, {
    models: forgetWritten(models, records),
    artifacts,
    triggerToken: null,
    ...options.publish,
  });
  addModelRoutes(router, { models });
  router.get('/live', (ctx) => {
    ctx.body = 'live';
  });
  const app = new Koa();
  app.on('error', (error: Error) => {
    if (!isDeparture(error)) errors.push(error);
  });
  app.use(dropUnreadBody);
  app.use(answerProblems);
  app.use(refuseAmbiguousHost);
  app.use(router.routes());
  const limits = { ...usualLimits, ...options.limits };
  const { listen, departure } = createServiceServer(app.callback(), limits, (error) => errors.push(error));
  return {
    url: `http://127.0.0.1:${await listen({ port: 0, host: '127.0.0.1', joinedPort: null })}`,
    delivery,
    cache,
    errors,
    async close() {
      await departure.leave(0);
      await delivery.close?.();
    },
  };
}
