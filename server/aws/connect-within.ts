import type { Agent } from 'node:http';
import { Socket } from 'node:net';
import { startCountdown } from './countdown.ts';

/**
 * Limits how long an agent's connections may take to come up. The SDK's own limit also counts the time that a
 * request waits for a free connection, and so fails requests that are only queueing.
 */
export function connectWithin<Kind extends Agent>(agent: Kind, limitMs: number): Kind {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = createConnection(options, callback);
    if (socket instanceof Socket && socket.connecting) limitConnecting(socket, limitMs);
    return socket;
  };
  return agent;
}

function limitConnecting(socket: Socket, limitMs: number): void {
  const stop = startCountdown(limitMs, () => {
    const error = new Error(`No connection came up within ${limitMs} ms.`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
  socket.once('connect', stop);
  socket.once('close', stop);
}
