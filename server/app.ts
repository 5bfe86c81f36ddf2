import Router from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import { addDashboardRoutes } from './dashboard/dashboard-routes.ts';
import type { PageFiles } from './dashboard/page-files.ts';
import type { DeliveryChoice } from './delivery/delivery-strategy.ts';
import { DomainError } from './domain-error.ts';
import { isDeparture } from './http/client-departure.ts';
import { addDownloadRoute } from './http/download-route.ts';
import { dropUnreadBody } from './http/drop-unread-body.ts';
import { addEventRoutes } from './http/event-routes.ts';
import { refuseOtherExpectations } from './http/expect-continue.ts';
import { addExperimentRoutes } from './http/experiment-routes.ts';
import { addHealthRoutes } from './http/health-routes.ts';
import type { DownloadLimit } from './http/limit-downloads.ts';
import { addMetricsRoute } from './http/metrics-route.ts';
import { addModelRoutes } from './http/model-routes.ts';
import { nameRequest } from './http/name-request.ts';
import { type EndedRequest, observeRequests, traceRequest } from './http/observe-requests.ts';
import { addOpenApiRoute } from './http/openapi-route.ts';
import { addPerformanceRoutes } from './http/performance-routes.ts';
import { answerProblems } from './http/problem.ts';
import { addPublishRoute } from './http/publish-route.ts';
import { refuseAmbiguousHost } from './http/refuse-ambiguous-host.ts';
import { refuseForeignHost } from './http/refuse-foreign-host.ts';
import { secureAnswers } from './http/secure-answers.ts';
import type { CommittedReportStore } from './performance/committed-reports.ts';
import type { HealthContext } from './performance/health-context.ts';
import type { PerformanceContext } from './performance/performance-context.ts';
import type { RunFeeds } from './performance/run-feeds.ts';
import { forgetWritten } from './registry/forget-written.ts';
import { createRecordReads } from './registry/record-reads.ts';
import type { ArtifactStore, ModelStore } from './registry/stores.ts';
import type { RunTelemetry } from './telemetry/run-telemetry.ts';
import type { ServiceMetrics } from './telemetry/service-metrics.ts';

export interface AppDependencies {
  readonly instanceId: string;
  /** The address that it listens on; null where something else listens for it. */
  readonly host: string | null;
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
  readonly delivery: DeliveryChoice;
  readonly downloadLimit: DownloadLimit;
  readonly telemetry: RunTelemetry;
  readonly metrics: ServiceMetrics;
  readonly performance: PerformanceContext;
  readonly health: HealthContext;
  readonly committedReports: CommittedReportStore;
  /** Null where an answer cannot be streamed. */
  readonly runFeeds: RunFeeds | null;
  /** The dashboard's script and styles. */
  readonly readPageFiles: () => Promise<PageFiles>;
  readonly triggerToken: string | null;
  /** Every request, when it has ended. */
  readonly onRequest: (request: EndedRequest) => void;
  readonly onError: (error: unknown) => void;
}

/** The whole service as a Koa application; it opens no port and touches no store by itself. */
export function createApp(dependencies: AppDependencies): Koa {
  const router = new Router();
  const records = createRecordReads(dependencies.models);
  addDownloadRoute(router, { ...dependencies, records });
  addPublishRoute(router, { ...dependencies, models: forgetWritten(dependencies.models, records) });
  addModelRoutes(router, dependencies);
  addHealthRoutes(router, dependencies);
  addMetricsRoute(router, dependencies);
  addPerformanceRoutes(router, dependencies);
  addEventRoutes(router, dependencies);
  addOpenApiRoute(router);
  addDashboardRoutes(router, dependencies);
  addExperimentRoutes(router, dependencies);

  const app = new Koa();
  app.on('error', (error: unknown) => {
    if (!isDeparture(error)) dependencies.onError(error);
  });
  app.use(traceRequest);
  app.use(nameRequest);
  app.use(secureAnswers);
  app.use(dropUnreadBody);
  app.use(
    observeRequests({
      telemetry: dependencies.telemetry,
      instanceId: dependencies.instanceId,
      onEnd(request) {
        dependencies.metrics.record(request);
        dependencies.onRequest(request);
      },
    }),
  );
  app.use(answerProblems);
  app.use(refuseAmbiguousHost);
  app.use(refuseOtherExpectations);
  app.use(refuseForeignHost(dependencies.host));
  app.use(refuseUnmatched);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** Gives the router's bodiless 404, 405 and 501 a body; `Allow` is set by then. */
async function refuseUnmatched(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.body !== undefined && ctx.body !== null) return;
  if (ctx.status === 404) throw new DomainError('route_not_found', `There is no ${ctx.path}.`);
  if (ctx.status === 405 || ctx.status === 501) {
    throw new DomainError(
      'method_not_allowed',
      `${ctx.path} takes ${ctx.response.get('Allow')}, not ${ctx.method}.`,
    );
  }
}
