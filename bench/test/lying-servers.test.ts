import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RequestFunction } from '../scenario/request-options.ts';
import { type Answer, chunk, chunkedHead, lies, write } from './support/lies.ts';
import { answerWith, body, closeRawServers, run, serveRaw, whole } from './support/raw-server.ts';

const test = suite('lying servers');
test.after(closeRawServers);

/** Whatever the engine waits for, these tests do not wait for long. */
const record = { path: '/record', expect: { contentType: 'application/json' } } as const;
const briefly = { timeout: '1s', maxDuration: '5s', gracefulStop: '500ms' } as const;

for (const [title, outcome, error, answer] of lies) {
  test(`${title}: ${outcome}, and neither its neighbours nor the end of the run suffer`, async () => {
    const server = await serveRaw((socket, request) => {
      if (request === 1) answer(socket, request);
      else socket.write(whole);
    });
    const measurement = await run(server.url, { ...briefly, vus: 3, iterations: 2 });
    const [lie, ...others] = measurement.attempts.filter((attempt) => attempt.outcome !== 'ok');
    assert.is(lie?.outcome, outcome);
    assert.match(lie?.error ?? '', error);
    assert.equal(others, []);
    assertIntact(measurement, 5);
  });
}

test('bytes before the request are unsolicited, and the other connections do not suffer', async () => {
  let connections = 0;
  const server = await serveRaw(
    (socket) => socket.write(whole),
    (socket) => {
      connections += 1;
      if (connections === 2) socket.write(whole);
    },
  );
  const rate = { executor: 'constant-arrival-rate', rate: 20, duration: '300ms', preAllocatedVUs: 3 } as const;
  const measurement = await run(server.url, rate);
  const [lie, ...others] = measurement.attempts.filter(({ outcome }) => outcome !== 'ok');
  assert.is(lie?.outcome, 'unsolicited');
  assert.match(lie?.error ?? '', /^\d+ bytes came before the request was sent$/);
  assert.equal(others, []);
  assertIntact(measurement, 5);
});

test('who is spoken to before it asks waits before it comes again', async () => {
  const server = await serveRaw(
    () => {},
    (socket) => socket.write(whole),
  );
  const { attempts } = await run(server.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['unsolicited', 'unsolicited', 'unsolicited'],
  );
  assert.ok((attempts[2]?.started_ms ?? 0) >= 300);
});

test('a byte that comes in the turn after the last one of a body is too long', async () => {
  const small = body.subarray(0, 400);
  const server = await serveRaw((socket, request) => {
    socket.write(answerWith(small));
    if (request === 0) setImmediate(() => setImmediate(() => socket.write('x')));
  });
  const { attempts } = await run(server.url, { request: { path: '/', expect: { bytes: 400 } }, iterations: 2 });
  assert.equal(
    attempts.map(({ outcome, body_bytes }) => [outcome, body_bytes]),
    [
      ['too_long', 400],
      ['ok', 400],
    ],
  );
});

test('bytes on an idle connection cost the connection, and belong to no request', async () => {
  const server = await serveRaw((socket, request) => {
    socket.write(whole);
    if (request === 0) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\n'), 50);
  });
  const rate = { executor: 'constant-arrival-rate', rate: 2, duration: '1400ms', preAllocatedVUs: 1 } as const;
  const measurement = await run(server.url, rate);
  assertIntact(measurement, 3);
  assert.is(measurement.wire?.discarded, 17);
  assert.is(server.connections, 2);
});

test('of connections half of which are refused, the refused half fails by that name', async () => {
  const server = await serveRaw(
    () => {},
    (socket) => {
      if (server.connections === 5) server.stopListening();
      socket.on('data', () => socket.write(answerWith(body, 'connection: close')));
    },
  );
  const measurement = await run(server.url, { executor: 'shared-iterations', vus: 1, iterations: 10 });
  assert.equal(
    measurement.attempts.map(({ outcome }) => outcome),
    [...Array(5).fill('ok'), ...Array(5).fill('connect_failed')],
  );
  assert.match(measurement.attempts[9]?.error ?? '', /ECONNREFUSED/);
  assertIntact(measurement, 5, answerWith(body, 'connection: close').length);
});

test('of connections half of which are reset when they are up, the other half does not suffer', async () => {
  let count = 0;
  const server = await serveRaw(
    (socket) => socket.write(whole),
    (socket) => {
      count += 1;
      if (count % 2 === 0) socket.resetAndDestroy();
    },
  );
  const measurement = await run(server.url, { vus: 10 });
  for (const { outcome } of measurement.attempts) {
    assert.ok(['ok', 'aborted', 'connect_failed'].includes(outcome), outcome);
  }
  assertIntact(measurement, 5);
});

test('where HEAD tells another length than GET has, the HEAD is a wrong length and the GET is none', async () => {
  const server = await serveRaw((socket, _, head) => {
    socket.write(head.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n' : whole);
  });
  let planned = 0;
  const request: RequestFunction = (_, [model]) => {
    planned += 1;
    const method = planned % 2 === 1 ? 'HEAD' : 'GET';
    return { method, path: '/model.zip', expect: { bytes: body.length, digest: model?.digest } };
  };
  const measurement = await run(server.url, { request, iterations: 6 });
  assert.equal(
    measurement.attempts.map(({ outcome }) => outcome),
    ['wrong_length', 'ok', 'wrong_length', 'ok', 'wrong_length', 'ok'],
  );
  assert.is(measurement.attempts[0]?.error, '99 bytes instead of 100000');
  assertIntact(measurement, 3);
  assert.is(server.connections, 1);
});

test('where GET has another length than HEAD told, the GET is a wrong length', async () => {
  const told = whole.subarray(0, whole.length - body.length);
  const longer = answerWith(Buffer.concat([body, Buffer.from('x')]));
  const server = await serveRaw((socket, request) => {
    socket.write(request === 0 ? told : longer);
  });
  let method: 'HEAD' | 'GET' = 'GET';
  const request: RequestFunction = () => {
    method = method === 'GET' ? 'HEAD' : 'GET';
    return { method, path: '/model.zip', expect: { bytes: body.length } };
  };
  const { attempts } = await run(server.url, { request, iterations: 2 });
  assert.equal(
    attempts.map(({ outcome, error }) => error ?? outcome),
    ['ok', '100001 bytes instead of 100000'],
  );
});

test('a HEAD that is answered with a body is too long', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const request = { method: 'HEAD', path: '/model.zip', expect: { bytes: body.length } } as const;
  const { attempts } = await run(server.url, { request, iterations: 2 });
  assert.equal(
    attempts.map(({ outcome, body_bytes }) => [outcome, body_bytes]),
    [
      ['too_long', 0],
      ['too_long', 0],
    ],
  );
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

for (const [title, type, content, error] of [
  [
    'an error page in place of a record',
    'text/html',
    'sorry',
    'content-type: text/html instead of application/json',
  ],
  ['a record without a type', null, '{}', 'no content-type instead of application/json'],
  ['an empty record', 'application/json', '', 'an empty body instead of application/json'],
  ['a type that only begins as expected', 'application/jsonp', '{}', 'content-type: application/jsonp instead'],
] as const) {
  test(`${title} is a document of the wrong type`, async () => {
    const headers = type === null ? [] : [`content-type: ${type}`];
    const server = await serveRaw((socket) => socket.write(answerWith(Buffer.from(content), ...headers)));
    const { attempts } = await run(server.url, { request: record });
    assert.is(attempts[0]?.outcome, 'wrong_type');
    assert.match(attempts[0]?.error ?? '', error);
  });
}

test('a type is the expected one in any case and with any parameters, and an empty body where it is expected', async () => {
  const answer = answerWith(Buffer.from('{}'), 'Content-Type: Application/JSON ; charset=utf-8');
  const empty = answerWith(Buffer.alloc(0), 'content-type: application/json');
  const server = await serveRaw((socket, index) => socket.write(index < 2 ? answer : empty));
  const measurement = await run(server.url, { request: record, iterations: 2 });
  const { attempts } = await run(server.url, {
    request: { ...record, expect: { ...record.expect, bytes: 0 } },
  });
  assert.equal(
    [...measurement.attempts, ...attempts].map(({ outcome }) => outcome),
    ['ok', 'ok', 'ok'],
  );
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

test('after an answer with connection: close the next request has a connection of its own', async () => {
  const server = await serveRaw(write(answerWith(body, 'connection: close')));
  const { attempts } = await run(server.url, { iterations: 3 });
  assert.is(server.connections, 3);
  assert.ok(attempts.every(({ connected_ms }) => connected_ms !== null));
});

test('the deadline of a request that has ended does not end the next one', async () => {
  // All of them together take longer than one may.
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 250));
  const measurement = await run(server.url, { ...briefly, iterations: 6 });
  assertIntact(measurement, 6);
});

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

test('what a server says at length is kept short in the rows, which may be many', async () => {
  const long = 'a'.repeat(20_000);
  const server = await serveRaw((socket) =>
    socket.write(answerWith(body, `x-served-by: ${long}`, `x-delivery: ${long}`, `content-encoding: ${long}`)),
  );
  const { attempts } = await run(server.url);
  const [{ outcome, served_by, delivery, error } = {}] = attempts;
  assert.is(outcome, 'encoded');
  for (const text of [served_by, delivery, error]) assert.is(text?.length, 200);
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

test('an answer that is cut on a kept connection is aborted, and not asked for again', async () => {
  const server = await serveRaw((socket, index) => {
    if (index === 1) socket.end(whole.subarray(0, 1_000));
    else socket.write(whole);
  });
  const measurement = await run(server.url, { iterations: 3 });
  assert.equal(
    measurement.attempts.map(({ outcome }) => outcome),
    ['ok', 'aborted', 'ok'],
  );
  assert.is(server.requests.length, 3);
  assertIntact(measurement, 2);
});

test('a request that a closing kept connection swallowed twice is sent no third time', async () => {
  const server = await serveRaw((socket, index) => {
    if (index === 1 || index === 2) socket.destroy();
    else socket.write(whole);
  });
  const measurement = await run(server.url, { iterations: 3 });
  assert.equal(
    measurement.attempts.map(({ outcome }) => outcome),
    ['ok', 'aborted', 'ok'],
  );
  assert.is(measurement.resentRequests, 1);
  assertIntact(measurement, 2);
});

test.run();

/** The rows of the good answers tell of these alone, whatever the ones beside them were like. */
function assertIntact(
  { attempts, wire }: Awaited<ReturnType<typeof run>>,
  count: number,
  wireBytes = whole.length,
): void {
  const good = attempts.filter(({ outcome }) => outcome === 'ok');
  assert.is(good.length, count);
  for (const attempt of good) {
    const { status, body_bytes, wire_bytes, digest_checked, error } = attempt;
    assert.equal(
      [status, body_bytes, wire_bytes, digest_checked, error],
      [200, body.length, wireBytes, true, null],
    );
    const { started_ms, first_byte_ms, ended_ms } = attempt;
    assert.ok(first_byte_ms !== null && started_ms <= first_byte_ms && first_byte_ms <= ended_ms);
  }
  for (const client of new Set(attempts.map((attempt) => attempt.client))) {
    const own = attempts.filter((attempt) => attempt.client === client);
    own.slice(1).forEach(({ started_ms }, index) => {
      assert.ok(started_ms >= (own[index]?.ended_ms ?? 0), 'a request began before the last one had ended');
    });
  }
  assert.ok(wire);
  assert.is(wire.socket, wire.attempts + wire.discarded);
  assert.is(
    wire.attempts,
    attempts.reduce((sum, { wire_bytes }) => sum + wire_bytes, 0),
  );
}
