import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { serveOnLoopback } from './serve-on-loopback.ts';

/** GETs of objects as S3 sees them: open from their arrival until the last byte of the answer is handed on. */
export interface GetCount {
  readonly open: number;
  /** The most that were open at once. */
  readonly most: number;
  readonly total: number;
}

export interface CountingS3Proxy {
  readonly url: string;
  /** Since the start or the last `resetCount`. */
  countGets(): GetCount;
  /** What is open stays counted. */
  resetCount(): void;
  /** Every GET from now on waits for this before it reaches S3, being open already; null: none waits. */
  delayGets(wait: (() => Promise<unknown>) | null): void;
  close(): Promise<void>;
}

/**
 * An HTTP proxy in front of S3 that counts GETs of objects; all else passes uncounted. It runs in this thread: a
 * service that reads S3 through it while its own thread stands still has to be another process.
 */
export async function startCountingS3Proxy(targetUrl: string): Promise<CountingS3Proxy> {
  const target = new URL(targetUrl);
  const agent = new Agent({ keepAlive: true });
  const count = { open: 0, most: 0, total: 0 };
  let wait: (() => Promise<unknown>) | null = null;

  const passOn = (req: IncomingMessage, res: ServerResponse) => {
    const { method, url, headers } = req;
    const onward = request({ agent, host: target.hostname, port: target.port, method, path: url, headers });
    onward.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, res).catch(() => {});
    });
    onward.on('error', () => res.destroy());
    res.once('close', () => onward.destroy());
    req.pipe(onward);
  };

  const server = await serveOnLoopback(async (req, res) => {
    if (isObjectGet(req)) {
      count.total += 1;
      count.open += 1;
      count.most = Math.max(count.most, count.open);
      res.once('close', () => {
        count.open -= 1;
      });
      await wait?.();
    }
    if (!res.destroyed) passOn(req, res);
  });
  return {
    url: server.url,
    countGets: () => ({ ...count }),
    resetCount() {
      count.total = 0;
      count.most = count.open;
    },
    delayGets(next) {
      wait = next;
    },
    async close() {
      await server.close();
      agent.destroy();
    },
  };
}

/** Path style: `/bucket/key`, where listing a bucket has no key. */
function isObjectGet({ method, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && /^\/[^/?]+\/[^?]/.test(url);
}
