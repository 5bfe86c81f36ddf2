import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { createDelivery } from '../../delivery/create-delivery.ts';
import type { RegistryFixture } from '../../test/registry-fixture.ts';
import { isDeparture } from '../client-departure.ts';
import { addDownloadRoute } from '../download-route.ts';
import { addModelRoutes } from '../model-routes.ts';
import { answerProblems } from '../problem.ts';

export interface ServedRegistry {
  readonly url: string;
  /** What the service would have logged. */
  readonly errors: Error[];
  close(): Promise<void>;
}

/** The registry's routes on a free port. */
export async function serveRegistry({ models, reader }: RegistryFixture): Promise<ServedRegistry> {
  const errors: Error[] = [];
  const router = new Router();
  addDownloadRoute(router, { models, delivery: createDelivery('streamed', { artifacts: reader }) });
  addModelRoutes(router, { models });
  const app = new Koa();
  app.on('error', (error: Error) => {
    if (!isDeparture(error)) errors.push(error);
  });
  app.use(answerProblems);
  app.use(router.routes());
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    errors,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
