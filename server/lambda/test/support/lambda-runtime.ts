import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { EventHandler, FunctionUrlEvent, LambdaGlobal, ResponseHead } from '../../runtime.ts';

/**
 * `lambda-runtime.ts <bundle>`: a function URL that streams, as far as a handler can tell: events in payload format 2.0,
 * a response that begins with the first write and takes no more than its reader. `/__memory` tells the process's own.
 */
const [bundle = ''] = process.argv.slice(2);
/** What the runtime itself holds at most before it says that it is full. */
const highWaterMark = 64 * 1024;
/** Such an address calls unless `x-test-source-ip` names another. */
const caller = '203.0.113.7';

class ResponseStream extends Writable {
  head: ResponseHead | null = null;
  acceptedBytes = 0;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    super({ highWaterMark });
    this.#response = response;
    response.on('close', () => this.destroy(response.writableFinished ? undefined : new Error('client left')));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { statusCode = 0, headers = {}, cookies } = this.head ?? {};
    if (!this.#response.headersSent) {
      this.#response.writeHead(statusCode, { ...headers, ...(cookies ? { 'set-cookie': [...cookies] } : {}) });
      this.#response.flushHeaders();
    }
    this.acceptedBytes += chunk.length;
    if (chunk.length === 0 || this.#response.write(chunk)) done();
    else this.#response.once('drain', () => done());
  }

  override _final(done: () => void): void {
    // Without a write the head never went out: what Lambda answers then is an error.
    if (!this.#response.headersSent) this.#response.writeHead(502);
    this.#response.end(done);
  }
}

const lambda: LambdaGlobal = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, head) {
      (stream as ResponseStream).head = head;
      return stream;
    },
  },
};
Object.assign(globalThis, { awslambda: lambda });
const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: EventHandler };

let streaming: ResponseStream | null = null;
const server = createServer((request, response) => {
  if (request.url === '/__memory') return tellMemory(response);
  invoke(request, response).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(
  `${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`,
);

async function invoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
  streaming = new ResponseStream(response);
  streaming.on('error', () => {});
  await handler(await toEvent(request), streaming).catch((error: unknown) => {
    // The runtime logs it; a client that has left is nothing to log here.
    if (!response.destroyed) throw error;
  });
}

async function toEvent(request: IncomingMessage): Promise<FunctionUrlEvent> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://function');
  const { 'x-test-source-ip': sourceIp = caller, cookie, ...headers } = request.headers;
  const body = await buffer(request);
  return {
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
    requestContext: { http: { method: request.method ?? 'GET', sourceIp: String(sourceIp) } },
  };
}

function tellMemory(response: ServerResponse): void {
  globalThis.gc?.();
  const { rss, arrayBuffers } = process.memoryUsage();
  response.end(JSON.stringify({ rss, arrayBuffers, acceptedBytes: streaming?.acceptedBytes ?? 0 }));
}
