import { z } from 'zod';
import type { PlanRequest, RequestSpec, ServedModel } from '../scenario.ts';
import { showAt } from './show-value.ts';

const pathRule = 'a path that begins with "/" and has no blanks';
const headerRule = 'header names and values of printable ASCII';
const bytesRule = 'a whole number of bytes, 0 or more';
const digestRule = '"sha256:" and 64 hexadecimal digits';
const typeRule = 'a media type without parameters, such as "application/json"';
const ownHeaders = ['host', 'connection', 'accept-encoding', 'range', 'content-length', 'transfer-encoding'];

export const requestSchema = z.strictObject({
  name: z.string('a text').min(1, 'a text').max(100, 'at most 100 characters').default('request'),
  method: z.enum(['GET', 'HEAD'], '"GET" or "HEAD"').default('GET'),
  path: z.string(pathRule).regex(/^\/[!-~]*$/, pathRule),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, headerRule),
      z.string(headerRule).regex(/^[\t -~]*$/, headerRule),
      headerRule,
    )
    .refine(
      (headers) => !Object.keys(headers).some((name) => ownHeaders.includes(name.toLowerCase())),
      `other headers than ${ownHeaders.join(', ')}, which the engine sets itself`,
    )
    .default({}),
  range: z
    .strictObject({ first: z.int(bytesRule).min(0, bytesRule), last: z.int(bytesRule).min(0, bytesRule) })
    .refine(({ first, last }) => first <= last, 'a first byte that is not after the last')
    .nullable()
    .default(null),
  expect: z
    .strictObject({
      status: z.int('a final status, 200 to 599').min(200).max(599).optional(),
      bytes: z.int(bytesRule).min(0, bytesRule).nullable().optional(),
      digest: z
        .string(digestRule)
        .regex(/^sha256:[0-9a-f]{64}$/, digestRule)
        .nullable()
        .optional(),
      contentType: z
        .string(typeRule)
        .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, typeRule)
        .toLowerCase()
        .nullable()
        .optional(),
    })
    .default({}),
});
export type RequestOptions = z.input<typeof requestSchema>;
export type RequestFunction = (random: () => number, models: readonly ServedModel[]) => RequestOptions;

/** What is asked when a scenario names no request: the first model's artifact, whole. */
function planDownload(_random: () => number, models: readonly ServedModel[]): RequestSpec {
  const [model] = models;
  if (!model) throw new Error('The scenario downloads a model, but none was given to it.');
  return toSpec(requestSchema.parse(describeDownload(model)));
}

/** The whole artifact of a model, named `download`. */
export function describeDownload(model: ServedModel): RequestOptions {
  return { name: 'download', path: model.path, expect: { bytes: model.sizeBytes, digest: model.digest } };
}

/** A plan whose every request is checked, as a function may return anything. @throws {Error} naming the faults. */
export function createPlan(request: RequestFunction | RequestOptions | undefined): PlanRequest {
  if (request === undefined) return planDownload;
  if (typeof request === 'function') return (random, models) => checkRequest(request(random, models));
  const spec = checkRequest(request);
  return () => spec;
}

function checkRequest(options: unknown): RequestSpec {
  if (options instanceof Promise) {
    options.catch(() => {});
    throw new Error('`request` is async; it must return the request at once.');
  }
  const parsed = requestSchema.safeParse(options);
  if (parsed.success) return toSpec(parsed.data);
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${['request', ...path].join('.')} is ${showAt(options, path)}; allowed: ${message}`,
  );
  throw new Error(`The scenario's request function returned what is no request: ${faults.join('. ')}.`);
}

/** Of a part its own length is expected, unless the request says otherwise or another answer is the right one. */
function toSpec({ name, method, path, headers, range, expect }: z.output<typeof requestSchema>): RequestSpec {
  const status = expect.status ?? (range ? 206 : 200);
  const partBytes = range && status === 206 ? range.last - range.first + 1 : null;
  return {
    name,
    method,
    path,
    headers,
    range,
    expect: {
      status,
      bytes: expect.bytes === undefined ? partBytes : expect.bytes,
      digest: expect.digest ?? null,
      contentType: expect.contentType ?? null,
    },
  };
}
