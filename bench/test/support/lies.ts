import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Outcome } from '../../../contract/ledger.ts';
import { answerWith, body, whole } from './raw-server.ts';

export type Answer = (socket: Socket, request: number) => void;
export const write = (...parts: (string | Buffer)[]): Answer => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return (socket) => socket.write(bytes);
};
export const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
export const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

/** What a lie is, the outcome that it has to have, the error that says so, and how it is told. */
export const lies: readonly (readonly [string, Outcome, RegExp, Answer])[] = [
  [
    'a body cut by FIN is aborted',
    'aborted',
    /^closed by the server after \d+ of 100000 bytes$/,
    (socket) => socket.end(whole.subarray(0, 1_000)),
  ],
  [
    'a body cut by RST is aborted',
    'aborted',
    /^ECONNRESET after \d+ of 100000 bytes$/,
    (socket) => {
      socket.write(whole.subarray(0, 1_000));
      setTimeout(() => socket.resetAndDestroy(), 30);
    },
  ],
  [
    'a body that stalls is a timeout',
    'timeout',
    /^stalled for .* after \d+ of 100000/,
    write(whole.subarray(0, 900)),
  ],
  [
    'a body that dribbles is a timeout',
    'timeout',
    /^still dribbling at the deadline/,
    (socket) => {
      let at = 0;
      const timer = setInterval(() => {
        socket.write(whole.subarray(at, at + 10));
        at += 10;
      }, 20);
      socket.on('close', () => clearInterval(timer));
    },
  ],
  ['accept and never answer is a timeout', 'timeout', /^no byte of an answer/, () => {}],
  ['a byte after the body is too long', 'too_long', /more bytes/, write(whole, 'x')],
  [
    'a byte that comes a moment after the body is too long',
    'too_long',
    /more bytes/,
    (socket) => {
      socket.write(whole);
      setImmediate(() => socket.write('x'));
    },
  ],
  ['a byte too few with matching length', 'wrong_length', /99999 bytes/, write(answerWith(body.subarray(1)))],
  [
    'wrong bytes of the right length',
    'wrong_digest',
    /instead of/,
    write(answerWith(Buffer.alloc(body.length))),
  ],
  ['an error page under 200', 'wrong_length', /5 bytes instead/, write(answerWith(Buffer.from('sorry')))],
  [
    'another status than expected',
    'unexpected_status',
    /status 203 instead of 200/,
    write('HTTP/1.1 203 N\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'chunked and cut',
    'aborted',
    /after 50000 of 100000/,
    (socket) => socket.end(Buffer.concat([Buffer.from(chunkedHead), chunk(body.subarray(0, 50_000))])),
  ],
  ['a chunk of a size below 0', 'malformed', /chunk without a size/, write(chunkedHead, '-5\r\nhello\r\n')],
  ['a chunk whose size is none', 'malformed', /chunk without a size/, write(chunkedHead, 'zz\r\nhello\r\n')],
  [
    'a chunk size with a prefix',
    'malformed',
    /chunk without a size/,
    write(chunkedHead, `0x${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'),
  ],
  [
    'a chunk size with a sign',
    'malformed',
    /chunk without a size/,
    write(chunkedHead, `+${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'),
  ],
  [
    'a chunk size with something behind it',
    'malformed',
    /chunk without a size/,
    write(chunkedHead, `${body.length.toString(16)} zz\r\n`, body, '\r\n0\r\n\r\n'),
  ],
  [
    'a last chunk that is none',
    'malformed',
    /chunk without a size/,
    write(chunkedHead, chunk(body), '0zz\r\n\r\n'),
  ],
  [
    'a trailer line that is none',
    'malformed',
    /a line of the head that is no header/,
    write(chunkedHead, chunk(body), '0\r\nthis is no header\r\n\r\n'),
  ],
  [
    'trailers without number',
    'endless_header',
    /bytes of head/,
    (socket) => {
      socket.write(Buffer.concat([Buffer.from(chunkedHead), chunk(body), Buffer.from('0\r\n')]));
      const timer = setInterval(() => socket.write(`x-a: ${'b'.repeat(10_000)}\r\n`), 5);
      socket.on('close', () => clearInterval(timer));
    },
  ],
  [
    'a blank before the colon of a header',
    'malformed',
    /a line of the head that is no header/,
    write(answerWith(body, 'transfer-encoding : chunked')),
  ],
  [
    'a header that goes on in the next line',
    'malformed',
    /a line of the head that is no header/,
    write(answerWith(body, 'x-a: b', ' c')),
  ],
  [
    'chunked twice',
    'conflicting_headers',
    /transfer-encoding: chunked and chunked/,
    write(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n',
      chunk(body),
      '0\r\n\r\n',
    ),
  ],
  [
    'chunked and, in another header, gzip',
    'conflicting_headers',
    /transfer-encoding: chunked and gzip/,
    write(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: gzip\r\n\r\n',
      chunk(body),
      '0\r\n\r\n',
    ),
  ],
  ['a status below 100', 'malformed', /status 099/, write('HTTP/1.1 099 Early\r\n\r\n', whole)],
  ['a status of 0', 'malformed', /status 000/, write('HTTP/1.1 000 None\r\n\r\n', whole)],
  [
    'a version that is none of HTTP/1',
    'malformed',
    /HTTP\/9\.9/,
    write(Buffer.from(whole.toString('latin1').replace('1.1', '9.9'), 'latin1')),
  ],
  [
    'a version before HTTP/1',
    'malformed',
    /HTTP\/0\.9/,
    write(Buffer.from(whole.toString('latin1').replace('1.1', '0.9'), 'latin1')),
  ],
  ['two responses on one socket', 'stitched', /second response/, write(whole, whole)],
  [
    'gzip although identity was asked',
    'encoded',
    /gzip/,
    write(answerWith(gzipSync(body), 'content-encoding: gzip')),
  ],
  [
    'two lengths that differ',
    'conflicting_headers',
    /content-length/,
    write(answerWith(body, 'content-length: 5')),
  ],
  [
    'a length beside chunks',
    'conflicting_headers',
    /transfer-encoding/,
    write(answerWith(body, 'transfer-encoding: chunked')),
  ],
  [
    'two codings that differ',
    'conflicting_headers',
    /content-encoding: identity and gzip/,
    write(answerWith(body, 'content-encoding: identity', 'content-encoding: gzip')),
  ],
  [
    'a transfer coding that nobody asked for',
    'encoded',
    /transfer-encoding: gzip, chunked/,
    write('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n', chunk(gzipSync(body)), '0\r\n\r\n'),
  ],
  [
    'another protocol that nobody asked for',
    'malformed',
    /101: another protocol/,
    write('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
  ],
  [
    'a length below 0',
    'malformed',
    /content-length: -5/,
    write('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n'),
  ],
  [
    'a header that never ends',
    'endless_header',
    /bytes of head/,
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const timer = setInterval(() => socket.write('y'.repeat(20_000)), 5);
      socket.on('close', () => clearInterval(timer));
    },
  ],
  [
    'headers without number',
    'endless_header',
    /bytes of head/,
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-a: b\r\n'.repeat(3_000)), 5);
      socket.on('close', () => clearInterval(timer));
    },
  ],
  [
    'a head too long that comes at once',
    'endless_header',
    /bytes of head/,
    write(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(30_000)}`),
  ],
  [
    'a body that only the connection ends',
    'closed_delimited',
    /100000 of 100000 bytes, whose number was not told/,
    (socket) => socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body])),
  ],
  [
    'too many requests with patience asked for',
    'throttled',
    /429, retry-after: 0/,
    write('HTTP/1.1 429 Slow\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'unavailable until a date',
    'throttled',
    /503, retry-after: Fri, 31 Dec 1999 23:59:59 GMT/,
    write('HTTP/1.1 503 No\r\nretry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'too many requests with a wish that nobody understands',
    'unexpected_status',
    /429/,
    write('HTTP/1.1 429 Slow\r\nretry-after: banana\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'unavailable without patience asked for',
    'unexpected_status',
    /503/,
    write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'),
  ],
];
