import { subscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { findTrace } from '../request-trace.ts';

/** Connections in use, and requests that wait for one, of how many there may be. */
export interface PoolLoad {
  readonly active: number;
  readonly queued: number;
  readonly limit: number;
}

const traced = new WeakSet<Agent>();
let subscribed = false;

/** Notes in the traces of requests how long an agent let them wait for a connection, and S3 for its answer's head. */
export function traceCalls<Kind extends Agent>(agent: Kind): Kind {
  traced.add(agent);
  if (!subscribed) subscribe('http.client.request.created', onRequestCreated);
  subscribed = true;
  return agent;
}

function onRequestCreated(message: unknown): void {
  const { request } = message as { request: ClientRequest & { agent?: Agent } };
  if (!request.agent || !traced.has(request.agent)) return;
  const trace = findTrace();
  if (!trace) return;
  trace.enter('s3_pool');
  request.once('socket', () => trace.enter('s3_first_byte'));
  request.once('response', ({ statusCode = 0 }: IncomingMessage) => {
    trace.enter('s3_body');
    if (statusCode < 300) trace.noteS3Get();
  });
}

/** What the agents say of themselves. */
export function readPoolLoad(agents: readonly Agent[]): PoolLoad {
  const load = { active: 0, queued: 0, limit: agents[0]?.maxSockets ?? 0 };
  for (const { sockets, requests } of agents) {
    for (const list of Object.values(sockets)) load.active += list?.length ?? 0;
    for (const list of Object.values(requests)) load.queued += list?.length ?? 0;
  }
  return load;
}
