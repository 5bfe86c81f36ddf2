import { z } from 'zod';
import { problemMediaType, problemSchema } from '../../../contract/problem.ts';

/** One method of one path, as OpenAPI 3.1 describes it. */
export interface Operation {
  readonly method: 'get' | 'head' | 'post' | 'put';
  /** The router's pattern; its parameters become OpenAPI's. */
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly object[];
}

/** The trigger token, where the service has one. */
export const tokenSecurity = [{ triggerToken: [] }, {}];

/** An answer whose body has the schema that also made it. */
export function answer(description: string, schema: z.ZodType, example: unknown): object {
  return { description, content: { 'application/json': { schema: toOpenApi(schema), example } } };
}

/** Where an answer has an ETag. */
export const unchanged = { 304: { description: 'The copy of the client is good.' } } as const;

/** As JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
export function toOpenApi(schema: z.ZodType, io: 'input' | 'output' = 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const titles = {
  400: ['A parameter is not allowed, or the body is not JSON', 'invalid-parameter'],
  401: ['A valid token is needed', 'unauthorized'],
  403: ['Pages of other sites may not do this', 'other-site'],
  404: ['There is no such thing', 'run-not-found'],
  405: ['The route does not take this method', 'method-not-allowed'],
  409: ['It does not fit the present state', 'run-active'],
  411: ['The request has no body', 'length-required'],
  412: ['A condition of the request does not hold', 'precondition-failed'],
  413: ['The body is too large', 'body-too-large'],
  415: ['The media type is not supported', 'unsupported-media-type'],
  416: ['The range lies beyond the end', 'range-not-satisfiable'],
  421: ['The service does not answer for this host', 'foreign-host'],
  422: ['Fields of the body, or the content, are not allowed', 'invalid-body'],
  501: ['Not available on this backend', 'not-built'],
  503: ['A store cannot be reached', 'stores-unavailable'],
} as const;

/** Problem documents; what every route may answer is always among them. */
export function problems(...statuses: (keyof typeof titles)[]): Record<string, object> {
  return Object.fromEntries(
    [...statuses, 405 as const, 421 as const, 503 as const].map((status) => [
      String(status),
      describeProblem(status),
    ]),
  );
}

function describeProblem(status: keyof typeof titles): object {
  const [title, code] = titles[status];
  const example = {
    type: `urn:modelrig:problem:${code}`,
    title,
    status,
    detail: `${title}: the details in a sentence.`,
  };
  return {
    description: title,
    content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' }, example } },
  };
}

export const componentSchemas = { Problem: toOpenApi(problemSchema) };

export function pathParameter(name: string, description: string, schema: object, example: string): object {
  return { name, in: 'path', required: true, description, schema, example };
}

export function queryParameter(name: string, description: string, schema: object): object {
  return { name, in: 'query', required: false, description, schema };
}

export const pageParameters = [
  queryParameter('limit', 'The most that a page may hold.', { type: 'integer', minimum: 1, maximum: 100 }),
  queryParameter('cursor', 'The `next_cursor` of the page before.', { type: 'string' }),
];

/** By media type, whatever is in them; JSON documents have versioned schemas of their own. */
export function describeDocuments(documents: Readonly<Record<string, string>>): object {
  const types = [...new Set(Object.values(documents).map((type) => type.split(';')[0] ?? type))];
  return Object.fromEntries(
    types.map((type) => [type, { schema: type === 'application/json' ? {} : { type: 'string' } }]),
  );
}
