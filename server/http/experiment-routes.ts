import type Router from '@koa/router';
import { experimentNameRule, experimentNameSchema } from '../../contract/experiment-name.ts';
import { type ExperimentDocumentName, experimentDocuments } from '../../contract/object-keys.ts';
import { routes } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import type { CommittedReportStore } from '../performance/committed-reports.ts';
import type { PerformanceContext } from '../performance/performance-context.ts';
import {
  listExperiments,
  readExperimentDetails,
  readExperimentDocument,
} from '../performance/read-experiments.ts';
import { refuseParameter } from './refuse-parameter.ts';
import { sendDocument } from './send-document.ts';

/** Experiments of runs that were triggered with `experiment` and `phase`: their list, one of them, its documents. */
export function addExperimentRoutes(
  router: Router,
  {
    performance,
    committedReports,
  }: { readonly performance: PerformanceContext; readonly committedReports: CommittedReportStore },
): void {
  router.get(routes.experiments, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await listExperiments(performance);
  });

  router.get(routes.experiment, async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await readExperimentDetails(performance, requireName(ctx.params.experiment));
  });

  router.get(routes.experimentDocument, async (ctx) => {
    const name = requireName(ctx.params.experiment);
    const number = requireNumber(ctx.params.number);
    const document = requireDocument(ctx.params.name);
    const content = await readExperimentDocument(performance, name, number, document);
    sendDocument(ctx, document, experimentDocuments[document], content);
  });

  router.get(routes.reports, async (ctx) => {
    ctx.set('Cache-Control', 'no-cache');
    ctx.body = await committedReports.list();
  });

  router.get(routes.reportDocument, async (ctx) => {
    const name = requireName(ctx.params.experiment);
    const number = requireNumber(ctx.params.number);
    const document = requireDocument(ctx.params.name);
    const content = await committedReports.read(name, number, document);
    sendDocument(ctx, document, experimentDocuments[document], content);
  });
}

function requireName(text = ''): string {
  if (experimentNameSchema.safeParse(text).success) return text;
  throw refuseParameter('experiment', text.slice(0, 60), experimentNameRule);
}

function requireNumber(text = ''): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw refuseParameter('number', text.slice(0, 60), 'the number of a version, from 1 to 999999');
}

function requireDocument(text = ''): ExperimentDocumentName {
  for (const name of Object.keys(experimentDocuments) as ExperimentDocumentName[])
    if (name === text) return name;
  throw new DomainError(
    'document_not_found',
    `An experiment has no document "${text.slice(0, 60)}"; it has ${Object.keys(experimentDocuments).join(', ')}.`,
  );
}
