import type Router from '@koa/router';
import type { Context, Next } from 'koa';
import { type RunDocument, runDocuments } from '../../contract/object-keys.ts';
import { resultPath, routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import { cancelRun } from '../performance/cancel-run.ts';
import { checkWorkload } from '../performance/check-workload.ts';
import { compareRuns } from '../performance/compare-runs.ts';
import { listRuns } from '../performance/list-runs.ts';
import { listScenarios } from '../performance/list-scenarios.ts';
import type { PerformanceContext } from '../performance/performance-context.ts';
import { readDocument } from '../performance/read-document.ts';
import { readResults, toResults } from '../performance/results.ts';
import { triggerRun } from '../performance/trigger-run.ts';
import { readJsonBody } from './read-json-body.ts';
import { readPageQuery } from './read-page-query.ts';
import { readRunFilter } from './read-run-filter.ts';
import { requireToken } from './require-token.ts';
import { requireRunId } from './run-id.ts';
import { sendDocument } from './send-document.ts';

export interface PerformanceRoutes {
  readonly performance: PerformanceContext;
  readonly triggerToken: string | null;
}

const defaultLimit = 20;

/** Trigger, results, documents and cancel. */
export function addPerformanceRoutes(router: Router, { performance, triggerToken }: PerformanceRoutes): void {
  const authorized = requireToken(triggerToken);

  router.post(routes.workload, noStore, authorized, async (ctx) => {
    const answer = await triggerRun(
      performance,
      checkWorkload(await readJsonBody(ctx), performance.launcher.mostRunners),
    );
    ctx.status = 202;
    ctx.set('Location', resultPath(answer.run_id));
    ctx.body = answer;
  });

  router.get(routes.scenarios, noStore, (ctx) => {
    ctx.body = listScenarios(performance.deliverySettings, performance.launcher.mostRunners);
  });

  router.get(routes.results, noStore, async (ctx) => {
    ctx.body = await listRuns(performance, readPageQuery(ctx, defaultLimit), readRunFilter(ctx));
  });

  router.get(routes.compare, noStore, async (ctx) => {
    const { a, b } = ctx.query;
    ctx.body = await compareRuns(performance, requireRunId(a, 'a'), requireRunId(b, 'b'));
  });

  router.get(routes.result, noStore, async (ctx) => {
    ctx.body = await readResults(performance, requireRunId(ctx.params.run_id));
  });

  router.post(routes.cancel, noStore, authorized, async (ctx) => {
    const run = await cancelRun(performance, requireRunId(ctx.params.run_id));
    ctx.status = 202;
    ctx.body = toResults(run, null);
  });

  router.get(routes.document, async (ctx) => {
    const runId = requireRunId(ctx.params.run_id);
    const name = requireDocumentName(ctx.params.name);
    sendDocument(ctx, name, runDocuments[name], await readDocument(performance, runId, name));
  });
}

async function noStore(ctx: Context, next: Next): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  await next();
}

function requireDocumentName(name: string | undefined): RunDocument {
  for (const known of Object.keys(runDocuments) as RunDocument[]) if (known === name) return known;
  throw new DomainError(
    'document_not_found',
    `A run has no document "${name?.slice(0, 60)}"; it may have ${Object.keys(runDocuments).join(', ')}.`,
  );
}
