import { z } from 'zod';
import { componentsSchema } from '../../../contract/health.ts';
import { routes } from '../../../contract/routes.ts';
import { exampleComponents } from './examples.ts';
import { answer, type Operation, pathParameter, problems, unchanged } from './operation.ts';

const okSchema = z.object({ status: z.literal('ok') });
const page = { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } };

/** Is it up, is it well, and the pages that show it. */
export const healthOperations: readonly Operation[] = [
  describeProbe(routes.live, 'isLive', 'The process answers.'),
  describeProbe(routes.ready, 'isReady', 'Its stores answer, too.'),
  {
    method: 'get',
    path: routes.components,
    operationId: 'readComponents',
    tags: ['health'],
    summary: 'Every component with its status and metrics. Always 200.',
    responses: { 200: answer('The components.', componentsSchema, exampleComponents), ...problems() },
  },
  {
    method: 'get',
    path: routes.metrics,
    operationId: 'readMetrics',
    tags: ['health'],
    summary: 'Metrics of this instance for Prometheus.',
    responses: {
      200: { description: 'Text format.', content: { 'text/plain': { schema: { type: 'string' } } } },
      ...problems(),
    },
  },
  {
    method: 'get',
    path: routes.openapi,
    operationId: 'readApi',
    tags: ['health'],
    summary: 'This document.',
    responses: {
      200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      ...unchanged,
      ...problems(),
    },
  },
  {
    method: 'get',
    path: routes.dashboard,
    operationId: 'showDashboard',
    tags: ['dashboard'],
    summary: 'The dashboard for people.',
    responses: { 200: page, ...unchanged, ...problems() },
  },
  {
    method: 'get',
    path: `${routes.dashboard}/compare`,
    operationId: 'showComparison',
    tags: ['dashboard'],
    summary: 'The page that holds two runs against each other, those of `?a=&b=`.',
    responses: { 200: page, ...unchanged, ...problems() },
  },
  ...(['experiments', 'reports'] as const).map(
    (name): Operation => ({
      method: 'get',
      path: `${routes.dashboard}/${name}`,
      operationId: `show-${name}`,
      tags: ['dashboard'],
      summary: `The page of all ${name}; a single one is at /{name}/{number} below it, its newest at /{name}.`,
      responses: { 200: page, ...unchanged, ...problems() },
    }),
  ),
  {
    method: 'get',
    path: `${routes.dashboard}/runs/:run_id`,
    operationId: 'showRun',
    tags: ['dashboard'],
    summary: 'The page of a run; it says so itself when there is none.',
    parameters: [
      pathParameter('run_id', 'The run.', { type: 'string' }, '550e8400-e29b-41d4-a716-446655440000'),
    ],
    responses: { 200: page, ...unchanged, ...problems() },
  },
];

function describeProbe(path: string, operationId: string, summary: string): Operation {
  return {
    method: 'get',
    path,
    operationId,
    tags: ['health'],
    summary,
    responses: { 200: answer('It does.', okSchema, { status: 'ok' }), ...problems() },
  };
}
