import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../../contract/ledger.ts';
import { answerWith, body, closeRawServers, run, serveRaw, whole } from './support/raw-server.ts';

const test = suite('lying servers');
test.after(closeRawServers);

type Answer = (socket: Socket, request: number) => void;
const write = (...parts: (string | Buffer)[]): Answer => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return (socket) => socket.write(bytes);
};
const cut: Answer = (socket) => socket.end(whole.subarray(0, 1_000));
const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const lies: readonly (readonly [string, Outcome, RegExp, Answer])[] = [
  ['a body cut by FIN is aborted', 'aborted', /^closed by the server after \d+ of 100000 bytes$/, cut],
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
    'a body that only the connection ends',
    'closed_delimited',
    /100000 of 100000 bytes, whose number was not told/,
    (socket) => socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body])),
  ],
  [
    'too many requests with patience asked for',
    'throttled',
    /429, retry-after: 3/,
    write('HTTP/1.1 429 Slow\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'unavailable without patience asked for',
    'unexpected_status',
    /503/,
    write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'),
  ],
];

for (const [title, outcome, error, answer] of lies) {
  test(`${title}: ${outcome}, and neither the next request nor the end of the run suffers`, async () => {
    const server = await serveRaw((socket, request) => {
      if (request === 0) answer(socket, request);
      else socket.write(whole);
    });
    const { attempts, wire } = await run(server.url, { iterations: 2, timeout: 0.4 });
    assert.equal(
      attempts.map((attempt) => attempt.outcome),
      [outcome, 'ok'],
    );
    assert.match(attempts[0]?.error ?? '', error);
    assert.is(attempts[1]?.wire_bytes, whole.length);
    assert.ok(wire);
    assert.is(wire.socket, wire.attempts + wire.discarded);
  });
}

test('a response before the request is unsolicited', async () => {
  const server = await serveRaw(
    () => {},
    (socket) => socket.write(whole),
  );
  const { attempts } = await run(server.url);
  assert.is(attempts[0]?.outcome, 'unsolicited');
});

test('of connections half of which are refused, the refused half fails by that name', async () => {
  let count = 0;
  const server = await serveRaw(
    (socket) => socket.write(whole),
    (socket) => {
      count += 1;
      if (count % 2 === 0) socket.resetAndDestroy();
    },
  );
  const { attempts } = await run(server.url, { vus: 10 });
  assert.is(attempts.filter(({ outcome }) => outcome === 'ok').length, 5);
  for (const { outcome } of attempts) assert.ok(['ok', 'aborted', 'connect_failed'].includes(outcome), outcome);
});

test('HEAD that tells another length than GET is a wrong length', async () => {
  const server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n'));
  const request = { method: 'HEAD', path: '/model.zip', expect: { bytes: body.length } } as const;
  const { attempts } = await run(server.url, { request });
  assert.is(attempts[0]?.outcome, 'wrong_length');
});

test('another part than the one asked for is a wrong range', async () => {
  const part = body.subarray(0, 10).toString('latin1');
  const answer = (range: string) =>
    Buffer.from(`HTTP/1.1 206 P\r\ncontent-length: 10\r\ncontent-range: ${range}\r\n\r\n${part}`, 'latin1');
  const ranges = ['bytes 0-9/100000', 'bytes 5-14/100000'];
  const server = await serveRaw((socket, index) => socket.write(answer(ranges[index] ?? '')));
  const request = { path: '/model.zip', range: { first: 0, last: 9 } };
  const { attempts } = await run(server.url, { request, iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'wrong_range'],
  );
  assert.match(server.requests[0] ?? '', 'range: bytes=0-9\r\n');
});

const oddities: readonly (readonly [string, Answer])[] = [
  ['1xx first', write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', whole)],
  ['chunked and whole', write(chunkedHead, chunk(body), '0\r\n\r\n')],
  ['chunked with a trailer', write(chunkedHead, chunk(body), '0\r\nx-checked: yes\r\n\r\n')],
  ['the same length twice', write(answerWith(body, `content-length: ${body.length}`))],
  ['kept alive and closed after a whole response', (socket) => socket.end(whole)],
  [
    'kept alive and closed a moment later',
    (socket) => {
      socket.write(whole);
      setTimeout(() => socket.end(), 5);
    },
  ],
  ['connection: close', (socket) => socket.end(answerWith(body, 'connection: close'))],
  [
    'connection: close on a connection that the server forgets to close',
    write(answerWith(body, 'connection: close')),
  ],
  [
    'HTTP/1.0 with a length',
    (socket) => socket.end(Buffer.from(whole.toString('latin1').replace('1.1', '1.0'), 'latin1')),
  ],
];

for (const [title, answer] of oddities) {
  test(`${title} is legal: every request succeeds`, async () => {
    const server = await serveRaw(answer);
    const { attempts } = await run(server.url, { iterations: 5 });
    assert.equal(
      attempts.map(({ outcome, error }) => error ?? outcome),
      Array(5).fill('ok'),
    );
  });
}

test('HEAD, 204 and 304 have no body, whatever length they tell', async () => {
  const statuses = ['204 No Content', '304 Not Modified'];
  for (const status of statuses) {
    const server = await serveRaw(write(`HTTP/1.1 ${status}\r\ncontent-length: 500\r\n\r\n`));
    const request = { path: '/a', expect: { status: Number.parseInt(status, 10), bytes: 0 } };
    const { attempts } = await run(server.url, { request, iterations: 2 });
    assert.equal(
      attempts.map(({ outcome, error }) => error ?? outcome),
      ['ok', 'ok'],
      status,
    );
    assert.is(server.connections, 1);
  }
  const server = await serveRaw(write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'));
  const request = { method: 'HEAD', path: '/a', expect: { bytes: 100_000 } } as const;
  const { attempts } = await run(server.url, { request, iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok'],
  );
  assert.is(server.connections, 1);
});

test('a request that a closing kept connection swallowed is sent once more, and that is counted', async () => {
  const server = await serveRaw((socket, index) => {
    if (index === 1) socket.destroy();
    else socket.write(whole);
  });
  const { attempts, resentRequests } = await run(server.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'ok', 'ok'],
  );
  assert.is(resentRequests, 1);
  assert.is(server.requests.length, 4);
});

test.run();
