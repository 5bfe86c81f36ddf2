import type Router from '@koa/router';
import { routes } from '../../contract/routes.ts';
import type { ServiceMetrics } from '../telemetry/service-metrics.ts';

/** For Prometheus and whatever reads its text format. */
export function addMetricsRoute(router: Router, { metrics }: { readonly metrics: ServiceMetrics }): void {
  router.get(routes.metrics, async (ctx) => {
    ctx.body = await metrics.render();
    ctx.type = metrics.contentType;
  });
}
