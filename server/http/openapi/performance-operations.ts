import { comparisonSchema } from '../../../contract/comparison.ts';
import { deliveryStrategies } from '../../../contract/environment.ts';
import { progressCurveSchema } from '../../../contract/live.ts';
import { runDocuments } from '../../../contract/object-keys.ts';
import { resultsPageSchema, resultsSchema, triggerAnswerSchema } from '../../../contract/results.ts';
import { routes } from '../../../contract/routes.ts';
import { runStatuses } from '../../../contract/run-status.ts';
import { scenariosSchema } from '../../../contract/scenarios.ts';
import { defaultWorkload, scenarioNames, workloadRequestSchema } from '../../../contract/workload.ts';
import {
  exampleComparison,
  exampleCurve,
  exampleResults,
  exampleResultsPage,
  exampleRunId,
  exampleTrigger,
  exampleTriggerAnswer,
} from './examples.ts';
import {
  answer,
  describeDocuments,
  type Operation,
  pageParameters,
  pathParameter,
  problems,
  queryParameter,
  tokenSecurity,
  toOpenApi,
  unchanged,
} from './operation.ts';

const tags = ['performance'];
const runId = pathParameter('run_id', 'The run.', { type: 'string', format: 'uuid' }, exampleRunId);

/** Runs: trigger, results, events, documents, cancel. */
export const performanceOperations: readonly Operation[] = [
  {
    method: 'post',
    path: routes.workload,
    operationId: 'triggerWorkload',
    tags,
    summary: 'Starts a run and answers at once.',
    description:
      "Every field is optional; without a body the defaults run. One run is active at a time. A profile's s3_max_sockets is refused where the service's limit of open files does not leave so many.",
    security: tokenSecurity,
    requestBody: {
      required: false,
      content: {
        'application/json': { schema: toOpenApi(workloadRequestSchema, 'input'), example: exampleTrigger },
      },
    },
    responses: {
      202: answer('The run is created and handed to its runner.', triggerAnswerSchema, exampleTriggerAnswer),
      ...problems(400, 401, 403, 409, 413, 415, 422, 501),
    },
  },
  {
    method: 'get',
    path: routes.scenarios,
    operationId: 'listScenarios',
    tags,
    summary: 'The scenarios that the trigger takes, with what each is by itself.',
    responses: {
      200: answer('All scenarios.', scenariosSchema, {
        scenarios: [
          {
            name: 'burst-100',
            executor: 'per-vu-iterations',
            load: '100 clients',
            takes: ['num_clients', 'model_id', 'version', 'duration_seconds'],
            defaults: defaultWorkload,
          },
        ],
        delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 },
        most_runners: 64,
      }),
      ...problems(),
    },
  },
  {
    method: 'get',
    path: routes.results,
    operationId: 'listRuns',
    tags,
    summary: 'Runs, newest first, in pages.',
    description: 'With a filter, a page may hold fewer runs than its limit although there are more.',
    parameters: [
      ...pageParameters,
      queryParameter('status', 'Runs of this status alone.', { type: 'string', enum: runStatuses }),
      queryParameter('delivery', 'Of this delivery strategy alone.', {
        type: 'string',
        enum: deliveryStrategies,
      }),
      queryParameter('scenario', 'Of this scenario alone.', { type: 'string', enum: scenarioNames }),
      queryParameter('model_id', 'Of this model alone.', { type: 'string' }),
    ],
    responses: { 200: answer('A page of runs.', resultsPageSchema, exampleResultsPage), ...problems(400) },
  },
  {
    method: 'get',
    path: routes.compare,
    operationId: 'compareRuns',
    tags,
    summary: 'Two completed runs side by side, or what keeps them from being compared.',
    parameters: ['a', 'b'].map((name) => ({
      name,
      in: 'query',
      required: true,
      description: `Run ${name.toUpperCase()}.`,
      schema: { type: 'string', format: 'uuid' },
      example: exampleRunId,
    })),
    responses: {
      200: answer('The comparison.', comparisonSchema, exampleComparison),
      ...problems(400, 404, 422),
    },
  },
  {
    method: 'get',
    path: routes.result,
    operationId: 'readRun',
    tags,
    summary: 'One run: progress while it runs, metrics once it has completed.',
    parameters: [runId],
    responses: { 200: answer('The run.', resultsSchema, exampleResults), ...problems(400, 404) },
  },
  {
    method: 'get',
    path: routes.progress,
    operationId: 'readProgress',
    tags,
    summary: "The run's progress from its start, at most 600 points.",
    parameters: [runId],
    responses: { 200: answer('The curve.', progressCurveSchema, exampleCurve), ...problems(400, 404) },
  },
  {
    method: 'get',
    path: routes.events,
    operationId: 'followRun',
    tags,
    summary: 'The run as server-sent events: `run`, `progress`, `trouble`, and `end` as the last.',
    description: 'Goes on after `Last-Event-ID`. Behind Lambda it is 501: poll the run instead.',
    parameters: [
      runId,
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        schema: { type: 'string' },
      },
    ],
    responses: {
      200: {
        description: 'Events until the run has ended.',
        content: {
          'text/event-stream': {
            // One event of the stream.
            schema: {
              type: 'object',
              properties: { event: { type: 'string' }, id: { type: 'string' }, data: { type: 'string' } },
            },
            example: { event: 'progress', id: '1', data: JSON.stringify(exampleCurve) },
          },
        },
      },
      204: { description: 'The end was already seen.' },
      ...problems(400, 404, 501),
    },
  },
  {
    method: 'post',
    path: routes.cancel,
    operationId: 'cancelRun',
    tags,
    summary: 'Asks a run to end; it does so within seconds. May be repeated.',
    security: tokenSecurity,
    parameters: [runId],
    responses: {
      202: answer('It is told to end, or was before.', resultsSchema, {
        ...exampleResults,
        cancel_requested: true,
      }),
      ...problems(400, 401, 403, 404, 409),
    },
  },
  {
    method: 'get',
    path: routes.document,
    operationId: 'readDocument',
    tags,
    summary: 'A document of a run that has completed.',
    parameters: [
      runId,
      pathParameter('name', 'Which.', { type: 'string', enum: Object.keys(runDocuments) }, 'report.json'),
    ],
    responses: {
      200: { description: 'The document.', content: describeDocuments(runDocuments) },
      ...unchanged,
      ...problems(400, 404),
    },
  },
];
