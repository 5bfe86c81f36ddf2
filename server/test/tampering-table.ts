import { gunzipSync, gzipSync } from 'node:zlib';
import { runItem } from '../../contract/tables.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import { serveOnLoopback } from './serve-on-loopback.ts';

/** DynamoDB's own form of an item. */
export type StoredItem = Record<string, { S?: string; N?: string; BOOL?: boolean; B?: string }>;

/** What becomes of an instance's telemetry on its way to the table: the items to write, none to swallow it. */
export type Tampering = (item: StoredItem) => readonly StoredItem[];

export interface TamperingTable {
  readonly url: string;
  tamper(with_: Tampering): void;
  close(): Promise<void>;
}

/** A proxy before DynamoDB that rewrites what instances say of a run; all else passes as it is. */
export async function startTamperingTable(targetUrl: string): Promise<TamperingTable> {
  let tampering: Tampering = (item) => [item];

  const server = await serveOnLoopback(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const { host: _, 'content-length': __, connection: ___, ...headers } = req.headers;
    const forward = (text: string) =>
      fetch(targetUrl, { method: 'POST', headers: headers as Record<string, string>, body: text });
    const put = req.headers['x-amz-target']?.toString().endsWith('.PutItem') ? JSON.parse(body) : null;
    const bodies = put?.Item?.item?.S?.startsWith(runItem.instancePrefix)
      ? tampering(put.Item).map((Item) => JSON.stringify({ ...put, Item }))
      : [body];
    let status = 200;
    let text = '{}';
    for (const one of bodies) {
      const answer = await forward(one);
      status = answer.status;
      text = await answer.text();
    }
    res.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  });
  return {
    url: server.url,
    tamper(next) {
      tampering = next;
    },
    close: server.close,
  };
}

/** The item with other details: its requests one by one, timeline and histograms. */
export function changeDetails(
  item: StoredItem,
  change: (details: Pick<InstanceTelemetry, 'requests'>) => void,
): StoredItem {
  const details = JSON.parse(gunzipSync(Buffer.from(item.details?.B ?? '', 'base64')).toString('utf8'));
  change(details);
  return { ...item, details: { B: gzipSync(JSON.stringify(details)).toString('base64') } };
}
