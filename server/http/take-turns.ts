import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { resetConnection } from './reset-connection.ts';

/** Requests that may wait behind another on one connection. */
const mostWaiting = 100;

/**
 * Has a request that came behind another on its connection (pipelined) begin when the answer of that one is through: until
 * then it takes no place, no slot and no read of a store, and never does when its client has left. Whoever has more than a
 * hundred wait is cut off.
 */
export function takeTurns(handle: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // Node gives the connection to one answer at a time, in order, and says so to each.
    if (response.socket !== null) return handle(request, response);
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > mostWaiting && !socket.destroyed) resetConnection(socket);
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 0) - 1);
      // An answer that is cut off ends, too.
      if (!socket.destroyed) handle(request, response);
    });
  };
}
