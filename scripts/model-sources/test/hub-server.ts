import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerHub, answerStorage, type HubAnswer, type HubModel, refuse } from './hub-routes.ts';

/** What happens to an answer. */
export type HubFault =
  | { readonly status: number; readonly headers?: Record<string, string> }
  | { readonly cutAfterBytes: number }
  | { readonly stallAfterBytes: number }
  | { readonly content: string | Buffer }
  | { readonly ignoreRange: true }
  /** Where its next page is said to be. */
  | { readonly nextPage: string };

export interface HubRequest {
  readonly target: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
  readonly atMs: number;
}

export interface HubServer {
  readonly url: string;
  /** Every request so far; one for a large file is there twice, with a target that begins with `/large`. */
  readonly requests: readonly HubRequest[];
  /** The next `times` requests whose target contains `part` meet the fault. */
  spoil(part: string, fault: HubFault, times?: number): void;
  /** From now on all is well. */
  heal(): void;
  /** Resolves once there was a request whose target contains `part`. */
  seen(part: string): Promise<void>;
  close(): Promise<void>;
}

/** Speaks the routes of the Hugging Face Hub that its library calls, with faults where a test wants them. */
export async function startHubServer(models: readonly HubModel[], pageSize = 500): Promise<HubServer> {
  const requests: HubRequest[] = [];
  const faults: { part: string; fault: HubFault; times: number }[] = [];
  const waiting: { part: string; tell: () => void }[] = [];

  const serve = (answer: (target: string) => HubAnswer) =>
    createServer((request, response) => {
      const { url: target = '', headers } = request;
      requests.push({ target, range: headers.range, token: headers.authorization, atMs: performance.now() });
      for (const { tell } of waiting.filter(({ part }) => target.includes(part))) tell();
      const found = faults.find(({ part, times }) => times > 0 && target.includes(part));
      if (found) found.times -= 1;
      send(request, response, answer(target), found?.fault ?? null);
    });
  const storage = serve((target) => answerStorage(models, target));
  const hub = serve((target) => answerHub(models, pageSize, addresses, target));
  const addresses = { storage: await listen(storage), hub: await listen(hub) };

  return {
    url: addresses.hub,
    requests,
    spoil: (part, fault, times = Number.POSITIVE_INFINITY) => faults.push({ part, fault, times }),
    heal: () => faults.splice(0),
    seen: (part) =>
      requests.some(({ target }) => target.includes(part))
        ? Promise.resolve()
        : new Promise((tell) => waiting.push({ part, tell })),
    async close() {
      for (const server of [hub, storage]) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  right: HubAnswer,
  fault: HubFault | null,
): void {
  const spoilt =
    fault && 'status' in fault ? refuse(fault.status, 'Access is restricted', fault.headers) : right;
  const content = fault && 'content' in fault ? Buffer.from(fault.content) : spoilt.body;
  const range = fault && 'ignoreRange' in fault ? null : request.headers.range?.match(/^bytes=(\d+)-$/);
  const isPart = spoilt.status === 200 && range;
  const start = isPart ? Number(range[1]) : 0;
  const body = content.subarray(start);
  response.writeHead(isPart ? 206 : spoilt.status, {
    ...spoilt.headers,
    ...(fault && 'nextPage' in fault ? { link: `<${fault.nextPage}>; rel="next"` } : {}),
    'content-length': body.length,
    ...(isPart ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
  });
  if (fault && 'stallAfterBytes' in fault) response.write(body.subarray(0, fault.stallAfterBytes));
  else if (fault && 'cutAfterBytes' in fault) {
    response.write(body.subarray(0, fault.cutAfterBytes), () => response.destroy());
  } else response.end(body);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
