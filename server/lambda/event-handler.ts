import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { headers as ownHeaders } from '../../contract/headers.ts';
import type { Service } from '../assemble.ts';
import { createAddressCheck } from './address-check.ts';
import type { EventHandler, FunctionUrlEvent, LambdaGlobal, ResponseHead } from './runtime.ts';

interface Options {
  /** Where the service listens, on loopback. */
  readonly url: string;
  readonly service: Pick<Service, 'flushTelemetry' | 'isActiveRun'>;
  readonly allowedCidrs: readonly string[];
  readonly lambda: Pick<LambdaGlobal, 'HttpResponseStream'>;
}

/** A kept connection would outlive its server's patience while Lambda holds the process still. */
const agent = new Agent({ keepAlive: false });
const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect', 'upgrade', 'te']);

/**
 * Passes each event to the service over loopback and the answer back as it comes, at its reader's pace. The response
 * ends when the service's counters are stored: Lambda holds the process still right after.
 */
export function createEventHandler({ url, service, allowedCidrs, lambda }: Options): EventHandler {
  const isAllowed = createAddressCheck(allowedCidrs);
  return async (event, responseStream) => {
    const runId = event.headers[ownHeaders.runId];
    const { sourceIp } = event.requestContext.http;
    // The run's own runner comes from an address that nobody knows before; it knows the id of the run.
    const mayPass = isAllowed(sourceIp) || (runId !== undefined && (await service.isActiveRun(runId)));
    if (!mayPass) {
      const stream = lambda.HttpResponseStream.from(responseStream, refusalHead);
      stream.end(describeRefusal(sourceIp));
      return;
    }
    const answer = await ask(url, event);
    const stream = lambda.HttpResponseStream.from(responseStream, toHead(answer));
    stream.write('');
    await pipeline(answer, stream, { end: false });
    if (runId !== undefined) await service.flushTelemetry();
    stream.end();
  };
}

function ask(url: string, event: FunctionUrlEvent): Promise<IncomingMessage> {
  const { rawPath, rawQueryString, headers, cookies, body, isBase64Encoded } = event;
  const content = body === undefined ? undefined : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request(
    `${url}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`,
    {
      agent,
      method: event.requestContext.http.method,
      headers: {
        ...withoutConnection(headers),
        ...(cookies?.length ? { cookie: cookies.join('; ') } : {}),
        ...(content === undefined ? {} : { 'content-length': String(content.length) }),
      },
    },
    resolve,
  );
  asked.on('error', reject);
  asked.end(content);
  return promise;
}

function toHead({ statusCode = 502, headers }: IncomingMessage): ResponseHead {
  const { 'set-cookie': cookies, ...rest } = headers;
  return { statusCode, headers: withoutConnection(rest), ...(cookies ? { cookies } : {}) };
}

/** What is between two neighbours on the way goes no further. */
function withoutConnection(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || connectionHeaders.has(name) ? [] : [[name, String(value)]],
    ),
  );
}

const refusalHead: ResponseHead = { statusCode: 403, headers: { 'content-type': 'application/problem+json' } };

function describeRefusal(sourceIp: string): string {
  return JSON.stringify({
    type: 'about:blank',
    title: 'The address is not let in',
    status: 403,
    detail: `Requests from ${sourceIp} are not let in; ALLOWED_CIDRS says which are.`,
  });
}
