import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { resetConnection } from './reset-connection.ts';

export interface Departure {
  /** True as soon as the service was told to stop, while it still takes requests. */
  isLeaving(): boolean;
  countAnswers(): number;
  isAnswering(socket: Socket): boolean;
  /** Whether nothing was said yet of what is read on a connection, and all that came before is answered. */
  mayAnswerAnew(socket: Socket): boolean;
  /** From here on every answer closes its connection. */
  announce(): void;
  /**
   * Takes no more connections, lets answers under way end for as long as the limit says, then resets them: a client must
   * not take the part that it has for all. Resolves, when nothing is open, with how many were reset.
   */
  leave(limitMs: number): Promise<number>;
}

/**
 * Follows a server's answers to their last byte. `close` takes no more connections, cuts none and resolves when none is
 * open. To be called before any request comes.
 */
export function followAnswers(server: Server, close: () => Promise<void>): Departure {
  /** How many answers are under way on each open connection. */
  const answers = new Map<Socket, number>();
  const latest = new WeakMap<Socket, ServerResponse>();
  let isLeaving = false;
  let isClosing = false;

  server.on('connection', (socket: Socket) => {
    answers.set(socket, 0);
    socket.once('close', () => answers.delete(socket));
  });
  const follow = ({ socket }: IncomingMessage, response: ServerResponse) => {
    change(socket, 1);
    latest.set(socket, response);
    if (isLeaving) response.shouldKeepAlive = false;
    // With this one more listen for its end than Node takes for no leak.
    response.setMaxListeners(2 * response.getMaxListeners());
    response.once('close', () => change(socket, -1));
  };
  const change = (socket: Socket, by: number) => {
    const before = answers.get(socket);
    if (before === undefined) return;
    answers.set(socket, before + by);
    if (isClosing && before + by === 0) socket.destroySoon();
  };
  server.prependListener('request', follow);
  server.prependListener('checkContinue', follow);
  server.prependListener('checkExpectation', follow);

  return {
    isLeaving: () => isLeaving,
    countAnswers: () => [...answers.values()].reduce((sum, count) => sum + count, 0),
    isAnswering: (socket) => (answers.get(socket) ?? 0) > 0,
    mayAnswerAnew(socket) {
      const count = answers.get(socket) ?? 0;
      const last = latest.get(socket);
      return count === 0 || (count === 1 && last?.req.complete === false && !last.headersSent);
    },
    announce() {
      isLeaving = true;
    },
    async leave(limitMs) {
      isLeaving = true;
      isClosing = true;
      const closed = close();
      for (const [socket, count] of answers) if (count === 0) socket.destroy();
      let late = 0;
      const timer = setTimeout(() => {
        for (const [socket, count] of answers) {
          late += count;
          resetConnection(socket);
        }
      }, limitMs);
      await closed;
      clearTimeout(timer);
      return late;
    },
  };
}
