import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findObjectBucket } from '../../bench/lab/answer-ledger.ts';
import type { StoreFault } from './fault-kinds.ts';
import type { Strikes } from './strikes.ts';

export interface StruckFault {
  readonly kind: StoreFault;
  /** Of the requests that it may strike. */
  readonly share: number;
}

export interface FaultProxy {
  readonly url: string;
  /** For requests from now on, until `heal`. */
  strike(fault: StruckFault): Promise<void>;
  /** What stalls goes on stalling until its client leaves. */
  heal(): Promise<void>;
  /** Connections that clients hold; those without a request are closed first. */
  countBusyConnections(): Promise<number>;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  readonly targetUrl: string;
  /** The one whose objects have records, by which wrong ones are known. */
  readonly artifactsBucket: string;
  readonly random: () => number;
  /** Gets each request that was struck, until its connection has all of the answer, and each refusal of connections. */
  readonly strikes: Strikes;
}

const refusing: readonly StoreFault[] = ['s3-refuses', 'dynamodb-away'];
const listenAttempts = 100;
/** What `s3-flips` changes of a byte. */
export const flipMask = 0x10;

/** An HTTP proxy in front of a store, which fails on some requests in the way that it is told to. */
export async function startFaultProxy({
  targetUrl,
  artifactsBucket,
  random,
  strikes,
}: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  let fault: StruckFault | null = null;
  let endRefusal: (() => void) | null = null;

  /** The fault that strikes this request; null for none. */
  const findStrike = (req: IncomingMessage, res: ServerResponse): StoreFault | null => {
    if (fault === null || !mayStrike(fault.kind, req, artifactsBucket) || random() >= fault.share) return null;
    const end = strikes.begin(fault.kind, performance.now(), req.url ?? '');
    res.once('close', () => end());
    return fault.kind;
  };

  const serve = (req: IncomingMessage, res: ServerResponse) => {
    const struck = findStrike(req, res);
    if (struck === 's3-slow-down') return refuse(req, res, 503, 'application/xml', slowDown);
    if (struck === 'dynamodb-throttles') return refuse(req, res, 400, 'application/x-amz-json-1.0', throttled);
    // Some of what is not answered is done all the same.
    if (struck === 'dynamodb-stalls' && random() < 0.5) return void req.resume();
    passOn(req, res, struck);
  };

  const passOn = (req: IncomingMessage, res: ServerResponse, struck: StoreFault | null) => {
    const { expect: _, ...headers } = req.headers;
    const { hostname, port } = target;
    const onward = request({ agent, hostname, port, method: req.method, path: req.url, headers });
    onward.on('response', (answer) => {
      if (struck === 'dynamodb-stalls') return void answer.resume();
      if (struck === 'dynamodb-loses') {
        answer.resume();
        reset(res);
        return;
      }
      spoil(answer, res, struck, random);
    });
    onward.on('error', () => res.destroy());
    res.once('close', () => onward.destroy());
    req.pipe(onward);
  };

  const open = (): Server => {
    const opened = createServer(serve);
    // Node's five seconds make clients meet connections that are just being closed.
    opened.keepAliveTimeout = 60_000;
    opened.requestTimeout = 0;
    opened.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    return opened;
  };

  let server = open();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const takeDown = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  /** Meanwhile a connection of somebody else may have come from this port. */
  const restore = async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        server = open();
        await once(server.listen(port, '127.0.0.1'), 'listening');
        return;
      } catch (error) {
        if (attempt === listenAttempts) throw error;
        await sleep(100);
      }
    }
  };

  return {
    url: `http://127.0.0.1:${port}`,
    async strike(next) {
      fault = next;
      if (!refusing.includes(next.kind)) return;
      endRefusal = strikes.begin(next.kind);
      await takeDown();
    },
    async heal() {
      fault = null;
      if (!server.listening) await restore();
      endRefusal?.();
      endRefusal = null;
    },
    async countBusyConnections() {
      server.closeIdleConnections();
      await sleep(50);
      return sockets.size;
    },
    async close() {
      fault = null;
      if (server.listening) await takeDown();
      agent.destroy();
    },
  };
}

function mayStrike(kind: StoreFault, req: IncomingMessage, artifactsBucket: string): boolean {
  const bucket = findObjectBucket(req.method, req.url ?? '');
  switch (kind) {
    case 's3-stalls':
    case 's3-closes':
      return bucket !== null;
    // Parts have no digest of their own, documents none at all: who reads them believes S3.
    case 's3-flips':
    case 's3-shortens':
      return bucket === artifactsBucket && req.headers.range === undefined;
    default:
      return true;
  }
}

const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
const throttled = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  message: 'The level of configured provisioned throughput for the table was exceeded.',
});

function refuse(req: IncomingMessage, res: ServerResponse, status: number, type: string, body: string): void {
  req.resume();
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Hands the answer on as far as the fault lets it. */
function spoil(
  answer: IncomingMessage,
  res: ServerResponse,
  struck: StoreFault | null,
  random: () => number,
): void {
  const lengthBytes = Number(answer.headers['content-length'] ?? 0);
  const isBody = (answer.statusCode ?? 500) < 300 && lengthBytes > 0;
  const at = struck === null || !isBody ? Number.POSITIVE_INFINITY : Math.floor(random() * lengthBytes);
  const isShorter = struck === 's3-shortens' && isBody;
  res.writeHead(answer.statusCode ?? 502, {
    ...answer.headers,
    ...(isShorter ? { 'content-length': at } : {}),
  });
  let passed = 0;
  let isOver = false;
  answer.on('data', (chunk: Buffer) => {
    const here = at - passed;
    passed += chunk.length;
    if (here >= chunk.length || (here < 0 && struck === 's3-flips')) {
      if (!res.write(chunk)) answer.pause();
      return;
    }
    if (struck === 's3-flips') {
      const flipped = Buffer.from(chunk);
      flipped[here] = (flipped[here] ?? 0) ^ flipMask;
      if (!res.write(flipped)) answer.pause();
      return;
    }
    isOver = true;
    answer.pause();
    res.write(chunk.subarray(0, here), () => {
      if (struck === 's3-closes') reset(res);
      if (isShorter) res.end();
    });
  });
  res.on('drain', () => {
    if (!isOver) answer.resume();
  });
  answer.once('end', () => res.end());
  answer.on('error', () => res.destroy());
  res.once('close', () => answer.destroy());
}

function reset(res: ServerResponse): void {
  const { socket } = res;
  if (socket?.writable) socket.resetAndDestroy();
  else res.destroy();
}
