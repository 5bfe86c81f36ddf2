import { buffer } from 'node:stream/consumers';
import { serveOnLoopback } from './serve-on-loopback.ts';

export interface CountingTable {
  readonly url: string;
  /** Reads of single items since the start or the last `resetCount`. */
  countReads(): number;
  resetCount(): void;
  /** What the table has answered to reads from now on waits for this on its way back; null: nothing waits. */
  holdAnswers(wait: (() => Promise<unknown>) | null): void;
  close(): Promise<void>;
}

/** A proxy before DynamoDB that counts reads and can hold their answers back while the table goes on. */
export async function startCountingTable(targetUrl: string): Promise<CountingTable> {
  let reads = 0;
  let wait: (() => Promise<unknown>) | null = null;

  const server = await serveOnLoopback(async (req, res) => {
    const { host: _, 'content-length': __, connection: ___, ...headers } = req.headers;
    const isRead = String(headers['x-amz-target']).endsWith('.GetItem');
    const body = await buffer(req);
    try {
      const answer = await fetch(targetUrl, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
      });
      const text = await answer.text();
      if (isRead) {
        reads += 1;
        await wait?.();
      }
      res.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
    } catch {
      res.destroy();
    }
  });
  return {
    url: server.url,
    countReads: () => reads,
    resetCount() {
      reads = 0;
    },
    holdAnswers(next) {
      wait = next;
    },
    close: server.close,
  };
}
