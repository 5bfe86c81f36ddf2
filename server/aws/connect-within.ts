import type { Agent } from 'node:http';
import { Socket } from 'node:net';

/**
 * Limits how long an agent's connections may take to come up. The SDK's own limit also counts the time that a
 * request waits for a free connection, and so fails requests that are only queueing.
 */
export function connectWithin<Kind extends Agent>(agent: Kind, timeoutMs: number): Kind {
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = createConnection(options, callback);
    if (socket instanceof Socket && socket.connecting) limitConnecting(socket, timeoutMs);
    return socket;
  };
  return agent;
}

function limitConnecting(socket: Socket, timeoutMs: number): void {
  const timer = setTimeout(() => {
    const error = new Error(`No connection came up within ${timeoutMs} ms.`);
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  socket.once('connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
}
