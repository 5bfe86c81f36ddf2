import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Shaping, storeCountsPath } from '../../contract/store-counts.ts';
import { createRandom } from '../engine/plan-requests.ts';
import { AnswerLedger, findObjectBucket, type OpenAnswer } from './answer-ledger.ts';
import { Bandwidth } from './bandwidth.ts';

/**
 * An HTTP proxy that makes what is behind it as slow as it is told, counts what it hands on, and answers with its
 * counts at `storeCountsPath`. Shaped are GETs below a bucket (or, before a service, of whatever lies two levels
 * deep) and calls of DynamoDB; all else passes as it comes. Runs in a process of its own: see `startShapingProxy`.
 */
export function createShapingProxy(targetUrl: string, shaping: Shaping): Server {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  const ledger = new AnswerLedger();
  const bandwidth = new Bandwidth(shaping);
  const { first_byte_jitter_ms: jitterMs = 0, failure_rate: failureRate = 0, seed = 1 } = shaping;
  let shaped = 0;

  const server = createServer((req, res) => {
    if (req.url === storeCountsPath) {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(ledger.read('proxy', shaping)));
      return;
    }
    const kind = findKind(req);
    const answer = kind === null ? null : ledger.open(kind);
    shaped += kind === null ? 0 : 1;
    const draw = createRandom(seed, shaped);
    if (kind !== null && draw() < failureRate) return fail(req, res, kind);
    const jitter = jitterMs * (2 * draw() - 1);
    const dueMs = performance.now() + (kind === null ? 0 : shaping.first_byte_ms + jitter);
    const { expect: _, ...headers } = req.headers;
    const { hostname, port } = target;
    const onward = request({ agent, hostname, port, method: req.method, path: req.url, headers });
    onward.on('response', async (upstream) => {
      const earlyMs = dueMs - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      if (res.destroyed) return;
      res.writeHead(upstream.statusCode ?? 502, upstream.rawHeaders);
      const isCounted = (upstream.statusCode ?? 500) < 300;
      pass(upstream, res, isCounted ? answer : null, kind === null ? null : bandwidth);
    });
    onward.on('error', () => res.destroy());
    res.once('close', () => onward.destroy());
    req.pipe(onward);
  });
  // Node's five seconds make clients meet connections that are just being closed.
  server.keepAliveTimeout = 60_000;
  server.on('close', () => agent.destroy());
  return server;
}

/** As S3 and DynamoDB say that they are busy; their clients ask again. */
function fail(req: IncomingMessage, res: ServerResponse, kind: string): void {
  req.resume();
  const isS3 = kind === findObjectBucket(req.method, req.url ?? '');
  const [type, body] = isS3
    ? [
        'application/xml',
        '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
      ]
    : ['application/x-amz-json-1.0', '{"__type":"ServiceUnavailable","message":"Shaped to fail."}'];
  res.writeHead(503, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The bucket, or the operation of DynamoDB; null for what is neither shaped nor counted. */
function findKind({ method, url = '', headers }: IncomingMessage): string | null {
  const operation = headers['x-amz-target'];
  if (typeof operation === 'string') return operation.slice(operation.indexOf('.') + 1);
  return findObjectBucket(method, url);
}

/** Hands the answer on, as fast as the reader takes it and the bandwidth allows. */
function pass(
  upstream: IncomingMessage,
  res: ServerResponse,
  answer: OpenAnswer | null,
  bandwidth: Bandwidth | null,
): void {
  const allowance = bandwidth?.isLimited ? bandwidth.join(pump) : null;
  answer?.begin();
  upstream.on('readable', pump);
  upstream.once('end', () => res.end());
  upstream.on('error', () => res.destroy());
  res.on('drain', pump);
  res.once('finish', () => answer?.finish());
  res.once('close', () => {
    allowance?.leave();
    answer?.abort();
  });

  function pump(): void {
    while (!res.writableNeedDrain && !res.destroyed) {
      // Nothing is left to read: this makes the end be seen.
      const available = upstream.readableLength || 1;
      const bytes = Math.min(available, allowance?.bytes ?? available);
      if (bytes <= 0) break;
      const chunk = upstream.read(bytes) as Buffer | null;
      if (chunk === null) break;
      allowance?.spend(chunk.length);
      answer?.sent(chunk.length);
      res.write(chunk);
    }
    answer?.waitFor(res.writableNeedDrain ? 'reader' : 'self');
  }
}
