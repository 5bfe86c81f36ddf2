import { modelSchema, modelsPageSchema, modelVersionSchema } from '../../../contract/models.ts';
import { routes } from '../../../contract/routes.ts';
import { exampleVersion } from './examples.ts';
import {
  answer,
  type Operation,
  pageParameters,
  pathParameter,
  problems,
  queryParameter,
  tokenSecurity,
  unchanged,
} from './operation.ts';

const id = pathParameter(
  'id',
  'The sanitized id: `arnir0/Tiny-LLM` is `arnir0_Tiny-LLM`.',
  { type: 'string', minLength: 1, maxLength: 192, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' },
  exampleVersion.id,
);
const version = pathParameter(
  'version',
  'The version; `main` may be replaced, others never change.',
  { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' },
  'main',
);
const zip = { 'application/zip': { schema: { type: 'string', format: 'binary' } } };

/** The registry: what is published, downloads, publishing. */
export const modelOperations: readonly Operation[] = [
  {
    method: 'get',
    path: routes.models,
    operationId: 'listModels',
    tags: ['models'],
    summary: 'All published versions, in pages.',
    parameters: pageParameters,
    responses: {
      200: answer('A page.', modelsPageSchema, { models: [exampleVersion], next_cursor: null }),
      ...problems(400),
    },
  },
  {
    method: 'get',
    path: routes.model,
    operationId: 'readModel',
    tags: ['models'],
    summary: 'The versions of a model.',
    parameters: [id],
    responses: {
      200: answer('The model.', modelSchema, {
        model_id: exampleVersion.model_id,
        id: exampleVersion.id,
        versions: [exampleVersion],
      }),
      ...problems(400, 404),
    },
  },
  {
    method: 'get',
    path: routes.modelVersion,
    operationId: 'readVersion',
    tags: ['models'],
    summary: 'One version: size, digest, where it is downloaded.',
    parameters: [id, version],
    responses: { 200: answer('The version.', modelVersionSchema, exampleVersion), ...problems(400, 404) },
  },
  ...(['get', 'head'] as const).map(
    (method): Operation => ({
      method,
      path: routes.download,
      operationId: method === 'get' ? 'downloadModel' : 'describeDownload',
      tags: ['models'],
      summary: method === 'get' ? 'The artifact, or a part of it.' : 'The headers of the download.',
      description:
        'Ranges and conditions follow RFC 9110; `Repr-Digest` is the SHA-256 of the whole artifact. `Cache-Status` (RFC 9211) tells of a GET where `cached` had its bytes from: memory, a read of S3, or one that there was no room to keep.',
      parameters: [
        id,
        version,
        ...(method === 'get'
          ? [
              {
                name: 'Range',
                in: 'header',
                required: false,
                schema: { type: 'string' },
                example: 'bytes=0-99',
              },
            ]
          : []),
      ],
      responses: {
        200: { description: 'All of it.', ...(method === 'get' ? { content: zip } : {}) },
        ...(method === 'get'
          ? {
              206: { description: 'The part.', content: zip },
              302: { description: 'Where it is; the strategy is `redirected`.' },
              ...problems(400, 404, 412, 416),
            }
          : describeBodiless(400, 404, 405, 412, 503)),
        ...unchanged,
      },
    }),
  ),
  {
    method: 'put',
    path: routes.download,
    operationId: 'publishModel',
    tags: ['models'],
    summary: 'Publishes a zip as this version.',
    security: tokenSecurity,
    parameters: [
      id,
      version,
      queryParameter('model_id', 'The id as it is known outside, where it has a `/`.', { type: 'string' }),
      queryParameter('replace', 'Whether `main` may be replaced.', { type: 'string', enum: ['true', 'false'] }),
    ],
    requestBody: { required: true, content: zip },
    responses: {
      200: { description: 'Replaced, or unchanged.' },
      201: { description: 'A new version.' },
      ...problems(400, 401, 403, 409, 411, 412, 413, 415, 422),
    },
  },
];

/** Of HEAD, whose answers have the headers alone. */
function describeBodiless(...statuses: number[]): Record<string, object> {
  return Object.fromEntries(
    statuses.map((status) => [String(status), { description: 'As of GET, without the document.' }]),
  );
}
