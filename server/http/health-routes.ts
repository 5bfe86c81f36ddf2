import type Router from '@koa/router';
import { routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import { createComponentsReader } from '../performance/health-components.ts';
import { type HealthContext, probeLimitMs } from '../performance/health-context.ts';
import { createSharedAnswer } from './share-answer.ts';

/** Live: the process answers. Ready: its stores do, too, and it was not told to stop. Components: the dashboard, always 200. */
export function addHealthRoutes(router: Router, { health }: { health: HealthContext }): void {
  router.get(routes.live, (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { status: 'ok' };
  });

  router.get(routes.ready, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    await assertReady(health);
    ctx.body = { status: 'ok' };
  });

  // Dashboards ask every few seconds, however many there are.
  const shareComponents = createSharedAnswer(createComponentsReader(health));
  router.get(routes.components, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await shareComponents(ctx);
  });
}

async function assertReady(health: HealthContext): Promise<void> {
  if (health.isStopping()) throw new DomainError('stopping', 'The service stops.');
  const limit = () => AbortSignal.timeout(probeLimitMs);
  const [storage, metadata] = await Promise.allSettled([
    health.probeStorage(limit()),
    health.probeMetadata(limit()),
  ]);
  const lost = [
    ...(storage.status === 'rejected' ? [{ name: 'S3', cause: storage.reason }] : []),
    ...(metadata.status === 'rejected' ? [{ name: 'DynamoDB', cause: metadata.reason }] : []),
  ];
  const [first] = lost;
  if (!first) return;
  throw new DomainError(
    'stores_unavailable',
    `${lost.map(({ name }) => name).join(' and ')} cannot be reached.`,
    {
      cause: first.cause,
    },
  );
}
