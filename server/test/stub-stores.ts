import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StoreFault {
  readonly status: number;
  readonly code: string;
}

export interface StubStores {
  readonly url: string;
  /** What every request is answered with, in the words of the store that it is meant for. */
  setFault(fault: StoreFault): void;
  close(): Promise<void>;
}

/** Carries what a store might tell and a client of ours must not learn. */
export const secret = 'arn:aws:iam::123456789012:user/someone';

/** S3 and DynamoDB that answer every request with one and the same error, which the embedded servers never would. */
export async function startStubStores(): Promise<StubStores> {
  let fault: StoreFault = { status: 500, code: 'InternalError' };
  const server = createServer(async (req, res) => {
    await text(req);
    const { headers, body } = describeFault(req, fault);
    res.writeHead(fault.status, headers).end(req.method === 'HEAD' ? undefined : body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setFault(next) {
      fault = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function describeFault(req: IncomingMessage, { code }: StoreFault) {
  const message = `User: ${secret} may not do this`;
  if (req.headers['x-amz-target']) {
    return {
      headers: { 'Content-Type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }),
    };
  }
  return {
    headers: { 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  };
}
