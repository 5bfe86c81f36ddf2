import type { Socket } from 'node:net';
import type { AttemptJournal } from './attempt-journal.ts';
import { followRedirect } from './follow-redirect.ts';
import type { InnerClient, ParsedHeaders } from './inner-client.ts';
import { type Interception, interceptRedirects } from './intercept-redirects.ts';
import { connectReadingSocket } from './read-socket.ts';

/**
 * The parser adds a whole chunk to the size of the headers when a response ends with it, and refuses headers of
 * 80 KiB: fed in smaller steps it never takes a body for headers.
 */
const parserStepBytes = 64 * 1024;

/** Stands for the request of a response that nobody asked for. */
const unasked = { req: {}, headers: { statusCode: 0, headers: [] }, body: '', bytes: 0, duration: 0 };

/**
 * Makes one autocannon client fit for large bodies and honest about broken ones: reads through a shared buffer,
 * counts bodies instead of keeping them, starts every connection with a clean parser and an empty queue, and
 * reports each request to the journal. Called from `setupClient`, before the client connects.
 */
export function adaptClient(client: InnerClient, journal: AttemptJournal, deadlineMs: number): void {
  const queue = client.pipelinedRequests;
  const send = client._doRequest.bind(client);
  const insertRequest = queue.insertRequest.bind(queue);
  const takeRequest = queue.terminateRequest.bind(queue);
  const destroyConnection = client._destroyConnection.bind(client);
  let parsing = false;
  let requestDue = false;
  let surplus = false;
  let deadline: NodeJS.Timeout | undefined;
  let redirects: Interception | undefined;
  /** The connection on which a redirect is followed; while it is there, only its bytes count. */
  let onward: Socket | undefined;
  let isServiceLost = false;

  queue.addBody = (chunk) => journal.readBody(chunk);
  queue.insertRequest = (request) => {
    insertRequest(request);
    journal.start();
    deadline = setTimeout(expire, deadlineMs);
  };
  // Without a request to answer there is none to take, and autocannon would stumble over the gap.
  queue.terminateRequest = () => {
    const request = takeRequest();
    surplus ||= request === undefined;
    return request ?? unasked;
  };
  client.on('headers', (parsed: ParsedHeaders) => journal.readHeaders(parsed));
  client.on('response', () => {
    clearTimeout(deadline);
    journal.complete();
  });

  // Inside the parser the rest of the chunk would be credited to the request that is about to be sent.
  client._doRequest = () => {
    if (parsing) requestDue = true;
    else send();
  };

  client._connect = () => {
    redirects ??= interceptRedirects(client, (parsed) => journal.readHeaders(parsed));
    releaseConnection();
    if (client.reqsMade >= client.responseMax) {
      client.destroy();
      return;
    }
    const socket = connectReadingSocket({ host: client.opts.hostname, port: client.opts.port }, (bytes) => {
      if (socket !== client.conn) return;
      // After a redirect nothing more is due from the service.
      if (onward) isServiceLost = true;
      else read(bytes);
    });
    let wasUp = false;
    const lost = (reason: string) => {
      if (socket !== client.conn || client.destroyed) return;
      isServiceLost = true;
      if (onward) return;
      journal.connectionLost(reason, wasUp);
      reconnect(reason);
    };
    socket.on('connect', () => {
      wasUp = true;
      journal.connected();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => lost(error.code ?? error.message));
    socket.on('end', () => {
      const location = socket === client.conn ? redirects?.endByClose() : null;
      if (location) isServiceLost = true;
      if (location) follow(location);
      else lost('closed by the server');
    });
    client.conn = socket;
    send();
  };

  client._destroyConnection = () => {
    clearTimeout(deadline);
    journal.end('interrupted', 'the load was stopped');
    leaveRedirect();
    destroyConnection();
  };

  function expire(): void {
    journal.end('timeout', 'no whole response before the deadline');
    reconnect('timed out');
  }

  function read(bytes: Buffer): void {
    journal.received();
    queue.addByteCount(bytes.length);
    parsing = true;
    surplus = false;
    const malformed = parse(bytes);
    parsing = false;
    const due = requestDue;
    requestDue = false;
    const location = redirects?.location ?? null;
    // Between two responses the parser is at the start of a line that is empty.
    const isBetween = client.parser.state === 'RESPONSE_LINE' && client.parser.line === '';
    surplus ||= (due || location !== null) && (!isBetween || redirects?.hasSurplus === true);
    if (location !== null) {
      isServiceLost ||= surplus || malformed !== null;
      follow(location);
    } else if (malformed) {
      journal.end('malformed', malformed.message);
      reconnect('malformed response');
    } else if (surplus) {
      reconnect('more bytes than the response has');
    } else if (due) {
      sendNext();
    }
  }

  function parse(bytes: Buffer): Error | null {
    for (let start = 0; start < bytes.length; start += parserStepBytes) {
      const parsed = client.parser.execute(bytes.subarray(start, start + parserStepBytes));
      if (parsed instanceof Error) return parsed;
      if (requestDue && start + parserStepBytes < bytes.length) {
        surplus = true;
        break;
      }
    }
    return null;
  }

  function follow(location: string): void {
    journal.redirected();
    redirects?.expectFinal();
    client.parser.reinitialize('RESPONSE');
    try {
      const socket = followRedirect(location, `http://${client.opts.hostname}:${client.opts.port}`, {
        onBytes: (bytes) => socket === onward && read(bytes),
        onLost(reason, wasUp) {
          if (socket !== onward) return;
          journal.connectionLost(reason, wasUp);
          reconnect(reason);
        },
      });
      onward = socket;
    } catch (error) {
      journal.end('unexpected_status', (error as Error).message);
      reconnect('cannot follow');
    }
  }

  function sendNext(): void {
    leaveRedirect();
    if (isServiceLost) reconnect('closed by the server');
    else send();
  }

  function leaveRedirect(): void {
    redirects?.reset();
    if (onward) discard(onward);
    onward = undefined;
  }

  function reconnect(reason: string): void {
    if (client.destroyed) return;
    client.emit('connError', new Error(reason));
    client._connect();
  }

  function releaseConnection(): void {
    clearTimeout(deadline);
    leaveRedirect();
    if (client.conn) discard(client.conn);
    isServiceLost = false;
    queue.clear();
    client.parser.reinitialize('RESPONSE');
  }
}

function discard(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => {});
  socket.destroy();
}
