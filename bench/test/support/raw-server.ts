import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Attempt } from '../../../contract/ledger.ts';
import type { Load } from '../../engine/load.ts';
import { runScenario } from '../../engine/run-scenario.ts';
import type { Measurement } from '../../metrics/measurement.ts';
import { defineScenario } from '../../scenario/define-scenario.ts';
import type { ScenarioOptions } from '../../scenario/scenario-options.ts';

export const body = randomBytes(100_000);
const model = {
  id: 'a-model',
  path: '/model.zip',
  recordPath: '/record',
  sizeBytes: body.length,
  digest: `sha256:${createHash('sha256').update(body).digest('hex')}`,
};

export function answerWith(bytes: Buffer, ...headers: string[]): Buffer {
  const head = ['HTTP/1.1 200 OK', `content-length: ${bytes.length}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const whole = answerWith(body);

const servers: Server[] = [];
const sockets = new Set<Socket>();

interface RawServer {
  readonly url: string;
  /** The heads that came, in order. */
  readonly requests: string[];
  connections: number;
  sentBytes: number;
  /** From now on connections are refused; those that are up stay. */
  stopListening(): void;
}

/** A TCP server that answers each request head by `answer`, and each new connection by `greet`. */
export async function serveRaw(
  answer: (socket: Socket, request: number, head: string) => void,
  greet: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const seen: Omit<RawServer, 'url'> = {
    requests: [],
    connections: 0,
    sentBytes: 0,
    stopListening: () => void server.close(),
  };
  const server = createServer({ noDelay: true }, (socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      seen.sentBytes += socket.bytesWritten;
    });
    socket.on('data', (bytes) => {
      seen.requests.push(bytes.toString());
      answer(socket, seen.requests.length - 1, bytes.toString());
    });
    greet(socket);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(seen, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export async function closeRawServers(): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

/** Runs a scenario, one request by one client unless said otherwise, every body hashed. */
export async function run(
  url: string,
  options: Partial<ScenarioOptions> = {},
  load: Partial<Load> = {},
): Promise<Measurement & { readonly attempts: readonly Attempt[] }> {
  const defaults = { name: 'test', executor: 'per-vu-iterations', timeout: '2s', digestSampleRate: 1 };
  const scenario = defineScenario({ ...defaults, ...options } as ScenarioOptions);
  const measurement = await runScenario({ scenario, url, headers: {}, models: [model], ...load });
  return { ...measurement, attempts: [...measurement.attempts] };
}
