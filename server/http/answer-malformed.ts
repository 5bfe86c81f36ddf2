import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Departure } from './leave-in-order.ts';
import { resetConnection } from './reset-connection.ts';
import { securityHeaders } from './secure-answers.ts';

/** Of what Node's parser and its limits find; all else is 400. */
const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
const head = Object.entries(securityHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

/**
 * Answers what cannot be read as a request, as Node would, with the headers of every answer, and hangs up. In the middle of
 * another answer nothing may be said: there the connection is reset.
 */
export function answerMalformed(server: Server, departure: Pick<Departure, 'mayAnswerAnew'>): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    if (!departure.mayAnswerAnew(socket)) return resetConnection(socket);
    const status = statusLines[error.code ?? ''] ?? '400 Bad Request';
    socket.write(`HTTP/1.1 ${status}\r\n${head}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    socket.destroySoon();
  });
}
