import { committedReportsSchema } from '../../../contract/committed-reports.ts';
import { experimentDetailsSchema, experimentsSchema } from '../../../contract/experiment.ts';
import { experimentDocuments } from '../../../contract/object-keys.ts';
import { routes } from '../../../contract/routes.ts';
import { exampleExperiment, exampleVersionOfExperiment } from './examples.ts';
import { answer, describeDocuments, type Operation, pathParameter, problems, unchanged } from './operation.ts';

const tags = ['experiments'];
const name = pathParameter(
  'experiment',
  'The experiment.',
  { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' },
  'streamed-over-buffered',
);
const number = pathParameter('number', 'The version.', { type: 'integer', minimum: 1, maximum: 999999 }, '1');
const documentName = pathParameter(
  'name',
  'Which.',
  { type: 'string', enum: Object.keys(experimentDocuments) },
  'report.json',
);

/** Experiments: those of the service's own runs, and those whose reports lie beside its sources. */
export const experimentOperations: readonly Operation[] = [
  {
    method: 'get',
    path: routes.experiments,
    operationId: 'listExperiments',
    tags,
    summary: 'The latest version of each experiment that runs were triggered for.',
    responses: {
      200: answer('The experiments.', experimentsSchema, { experiments: [exampleVersionOfExperiment] }),
      ...problems(),
    },
  },
  {
    method: 'get',
    path: routes.experiment,
    operationId: 'readExperiment',
    tags,
    summary: 'Its versions and its runs, the newest first.',
    parameters: [name],
    responses: {
      200: answer('The experiment.', experimentDetailsSchema, exampleExperiment),
      ...problems(400, 404),
    },
  },
  {
    method: 'get',
    path: routes.experimentDocument,
    operationId: 'readExperimentDocument',
    tags,
    summary: 'A document of a version.',
    parameters: [name, number, documentName],
    responses: {
      200: { description: 'The document.', content: describeDocuments(experimentDocuments) },
      ...unchanged,
      ...problems(400, 404),
    },
  },
  {
    method: 'get',
    path: routes.reports,
    operationId: 'listReports',
    tags,
    summary: 'The reports in `reports/` beside the sources of this service, committed or not: drafts say so.',
    responses: {
      200: answer('The reports.', committedReportsSchema, { reports: [], unreadable: [] }),
      ...problems(),
    },
  },
  {
    method: 'get',
    path: routes.reportDocument,
    operationId: 'readReportDocument',
    tags,
    summary: 'A document of such a report.',
    parameters: [name, number, documentName],
    responses: {
      200: { description: 'The document.', content: describeDocuments(experimentDocuments) },
      ...unchanged,
      ...problems(400, 404),
    },
  },
];
