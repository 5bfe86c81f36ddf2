import type { Socket } from 'node:net';

/**
 * Ends a connection so that its client does not take the part that it has for all. Where everything was handed on and
 * the connection is just being closed in order there is nothing to cut: to reset it then fails (`EINVAL`), and would
 * leave its descriptor open for ever.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded && socket.writableLength === 0) socket.destroy();
  else socket.resetAndDestroy();
}
