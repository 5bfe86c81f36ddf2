import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../domain-error.ts';
import { answerMalformed } from './answer-malformed.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { deferContinue } from './expect-continue.ts';
import { type Departure, followAnswers } from './leave-in-order.ts';
import { createPortListeners, type PortListeners } from './port-listeners.ts';
import { resetConnection } from './reset-connection.ts';
import { takeTurns } from './take-turns.ts';

export interface ServiceServer {
  readonly listen: PortListeners['listen'];
  readonly departure: Departure;
}

/**
 * The server that the service listens with: what clients may do to connections ends at its limits. Beyond its places it
 * hangs up on who comes, so that there are descriptors for the stores, and those who are there are served.
 */
export function createServiceServer(
  handle: RequestListener,
  { listeners, places, headMs, silenceMs, idleMs }: ConnectionLimits,
  onError: (error: Error) => void,
): ServiceServer {
  const handleInTurn = takeTurns(handle);
  const server = createServer(
    {
      headersTimeout: headMs,
      connectionsCheckingInterval: headMs / 4,
      keepAliveTimeout: idleMs,
      // A whole upload may take any time: routes limit the bodies that they read, and `dropUnreadBody` all others.
      requestTimeout: 0,
      // `refuseAmbiguousHost` does, with the headers of every answer.
      requireHostHeader: false,
    },
    handleInTurn,
  );
  deferContinue(server, handleInTurn);
  const { listen, close } = createPortListeners(server, { listeners, places });
  const departure = followAnswers(server, close);
  answerMalformed(server, departure);
  server.setTimeout(silenceMs, (socket: Socket) => {
    // Part of an answer must not pass for all of it.
    if (departure.isAnswering(socket)) resetConnection(socket);
    else socket.destroy();
  });
  server.on('drop', () => onError(describeFullness(places)));
  return { listen, departure };
}

function describeFullness(places: number): DomainError {
  const open = `all ${places} connections that the limit of open files leaves room for are open`;
  return new DomainError('too_many_connections', open, {
    logLine: `Clients are turned away: ${open}; raise it (ulimit -n), or run more instances.`,
  });
}
