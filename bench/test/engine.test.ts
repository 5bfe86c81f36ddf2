import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Manner, Outcome } from '../../contract/ledger.ts';
import { ByteSeries } from '../engine/byte-series.ts';
import { assertInnerClient } from '../engine/inner-client.ts';
import { runScenario } from '../engine/run-scenario.ts';
import type { PerVuIterations, Scenario } from '../scenario.ts';
import { burst100 } from '../scenarios/burst-100.ts';

const body = randomBytes(300_000);
const expected = {
  sizeBytes: body.length,
  digest: `sha256:${createHash('sha256').update(body).digest('hex')}`,
};
const models = [{ id: 'a', path: '/', recordPath: '/a', ...expected }];
const head = (length: number, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${length}\r\nx-served-by: test-instance\r\n\r\n`;

const test = suite('engine');
const servers: Server[] = [];
const sockets = new Set<Socket>();

test.after(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

test('every client downloads once and each whole body is a success', async () => {
  const url = await serve((socket) => socket.write(Buffer.concat([Buffer.from(head(body.length)), body])));
  const { attempts, generator } = await load(url, { vus: 20 });
  assert.is(attempts.length, 20);
  assert.equal(new Set(attempts.map((attempt) => attempt.outcome)), new Set(['ok']));
  assert.is(
    attempts.reduce((sum, attempt) => sum + attempt.body_bytes, 0),
    20 * body.length,
  );
  assert.equal(new Set(attempts.map((attempt) => attempt.client)).size, 20);
  assert.is(attempts.filter((attempt) => attempt.digest_checked).length, 2);
  assert.ok(Math.abs(generator.hashed_share - 0.1) < 1e-9);
  assert.is(
    generator.received.bytes.reduce((sum, bytes) => sum + bytes, 0),
    20 * body.length,
  );
  for (const attempt of attempts) {
    assert.ok(attempt.connected_ms !== null && attempt.first_byte_ms !== null);
    assert.ok(attempt.started_ms <= (attempt.connected_ms ?? 0));
    assert.ok((attempt.connected_ms ?? 0) <= (attempt.first_byte_ms ?? 0));
    assert.ok((attempt.first_byte_ms ?? 0) <= attempt.ended_ms);
    assert.is(attempt.served_by, 'test-instance');
    assert.is(attempt.status, 200);
  }
});

test('a client with several iterations reuses its connection and hashes one response in ten', async () => {
  let connections = 0;
  const url = await serve(
    (socket) => socket.write(Buffer.concat([Buffer.from(head(body.length)), body])),
    () => {
      connections += 1;
    },
  );
  const { attempts } = await load(url, { vus: 2, iterations: 10 });
  assert.is(connections, 2);
  assert.is(attempts.filter((attempt) => attempt.outcome === 'ok').length, 20);
  assert.is(attempts.filter((attempt) => attempt.digest_checked).length, 2);
  assert.is(attempts.filter((attempt) => attempt.connected_ms !== null).length, 2);
});

const liars: readonly {
  title: string;
  outcome: Outcome;
  manner?: Manner;
  error: RegExp;
  answer: (socket: Socket) => void;
}[] = [
  {
    title: 'a body cut by FIN is aborted, not a success',
    outcome: 'aborted',
    manner: 'fin',
    error: /closed by the server after 1000 of 300000 bytes/,
    answer: (socket) => socket.end(Buffer.concat([Buffer.from(head(body.length)), body.subarray(0, 1000)])),
  },
  {
    title: 'a body cut by RST is aborted, not a success',
    outcome: 'aborted',
    manner: 'rst',
    error: /ECONNRESET/,
    answer: (socket) => {
      socket.write(Buffer.concat([Buffer.from(head(body.length)), body.subarray(0, 1000)]));
      setTimeout(() => socket.resetAndDestroy(), 50);
    },
  },
  {
    title: 'a connection closed before any byte is aborted',
    outcome: 'aborted',
    manner: 'fin',
    error: /after 0 of 300000 bytes/,
    answer: (socket) => socket.end(),
  },
  {
    title: 'a response that stalls is a timeout at the deadline',
    outcome: 'timeout',
    manner: 'stalled',
    error: /deadline/,
    answer: (socket) => socket.write(Buffer.concat([Buffer.from(head(body.length)), body.subarray(0, 1000)])),
  },
  {
    title: 'one byte too few under a matching content-length is a wrong length',
    outcome: 'wrong_length',
    error: /299999 bytes instead of 300000/,
    answer: (socket) => socket.write(Buffer.concat([Buffer.from(head(body.length - 1)), body.subarray(1)])),
  },
  {
    title: 'one byte too many under a matching content-length is a wrong length',
    outcome: 'wrong_length',
    error: /300001 bytes instead of 300000/,
    answer: (socket) =>
      socket.write(Buffer.concat([Buffer.from(head(body.length + 1)), body, Buffer.from('x')])),
  },
  {
    title: 'the whole body under another 2xx status is an unexpected status',
    outcome: 'unexpected_status',
    error: /status 206 instead of 200/,
    answer: (socket) =>
      socket.write(Buffer.concat([Buffer.from(head(body.length, '206 Partial Content')), body])),
  },
  {
    title: 'the right length with wrong bytes is a wrong digest where it is sampled',
    outcome: 'wrong_digest',
    error: /instead of sha256:/,
    answer: (socket) =>
      socket.write(Buffer.concat([Buffer.from(head(body.length)), Buffer.alloc(body.length)])),
  },
  {
    title: 'an error page is an unexpected status',
    outcome: 'unexpected_status',
    error: /status 503 instead of 200/,
    answer: (socket) => socket.write(`${head(4, '503 Service Unavailable')}oops`),
  },
  {
    title: 'what is not HTTP is malformed',
    outcome: 'malformed',
    error: /./,
    answer: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
  },
];

for (const { title, outcome, manner = null, error, answer } of liars) {
  test(title, async () => {
    const url = await serve(answer);
    const { attempts } = await load(url, { vus: 3, deadlineSeconds: 1, digestSampleRate: 1 });
    assert.equal(
      attempts.map((attempt) => attempt.outcome),
      [outcome, outcome, outcome],
    );
    for (const attempt of attempts) {
      assert.match(attempt.error ?? '', error);
      assert.is(attempt.manner, manner);
    }
  });
}

test('half of a response is not completed by the start of the next connection', async () => {
  let requests = 0;
  const url = await serve((socket) => {
    requests += 1;
    const whole = Buffer.concat([Buffer.from(head(body.length)), body]);
    if (requests % 2 === 1) socket.end(whole.subarray(0, whole.length / 2));
    else socket.write(whole);
  });
  const { attempts } = await load(url, { vus: 1, iterations: 6 });
  assert.equal(
    attempts.map((attempt) => attempt.outcome),
    ['aborted', 'ok', 'aborted', 'ok', 'aborted', 'ok'],
  );
});

test('two responses to one request do not answer the next request', async () => {
  const url = await serve((socket) => {
    const small = `${head(4)}oops`;
    socket.write(Buffer.concat([Buffer.from(head(body.length)), body, Buffer.from(small + small)]));
  });
  const { attempts } = await load(url, { vus: 1, iterations: 3 });
  assert.equal(
    attempts.map((attempt) => attempt.outcome),
    ['stitched', 'stitched', 'stitched'],
  );
  assert.is(attempts.filter((attempt) => attempt.connected_ms !== null).length, 3);
});

test('the beginning of a second response does not become the beginning of the next one', async () => {
  const url = await serve((socket) => {
    socket.write(Buffer.concat([Buffer.from(head(body.length)), body, Buffer.from('HTTP/1.1 2')]));
    setTimeout(() => socket.writable && socket.write('00 OK\r\ncontent-length: 4\r\n\r\noops'), 50);
  });
  const { attempts } = await load(url, { vus: 1, iterations: 4 });
  assert.equal(
    attempts.map((attempt) => attempt.outcome),
    ['stitched', 'stitched', 'stitched', 'stitched'],
  );
  assert.is(attempts.filter((attempt) => attempt.connected_ms !== null).length, 4);
});

test('a port where nobody listens gives connect_failed for every client', async () => {
  const { attempts } = await load('http://127.0.0.1:9/', { vus: 3 });
  assert.equal(
    attempts.map((attempt) => attempt.outcome),
    ['connect_failed', 'connect_failed', 'connect_failed'],
  );
  assert.match(attempts[0]?.error ?? '', /ECONNREFUSED/);
});

test('an aborted load ends at once and what was in flight is interrupted', async () => {
  const url = await serve(() => {});
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const startedMs = performance.now();
  const { attempts } = await load(url, { vus: 3, deadlineSeconds: 8 }, controller.signal);
  assert.ok(performance.now() - startedMs < 5_000);
  assert.equal(
    attempts.map((attempt) => attempt.outcome),
    ['interrupted', 'interrupted', 'interrupted'],
  );
});

test('progress is told every second and counts what is in flight', async () => {
  const url = await serve((socket) =>
    setTimeout(() => socket.write(Buffer.concat([Buffer.from(head(body.length)), body])), 1_300),
  );
  const seen: number[] = [];
  await runScenario({
    scenario: scenarioOf({ vus: 4 }),
    url,
    headers: {},
    models,
    onProgress: (progress) => seen.push(progress.in_flight),
  });
  assert.equal(seen, [4]);
});

test('a target that is not http is refused with its value', async () => {
  try {
    await load('ftp://127.0.0.1/', { vus: 1 });
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /http:\/\/ and https:\/\/ targets only; received "ftp:\/\/127\.0\.0\.1\/"/,
    );
  }
});

test('bytes are counted by the interval in which they came, and intervals double instead of growing in number', () => {
  const series = new ByteSeries();
  series.add(50, 1);
  series.add(150, 2);
  assert.equal(series.read(), { interval_ms: 100, bytes: [1, 2] });
  series.add(120_000, 4);
  const { interval_ms, bytes } = series.read();
  assert.is(interval_ms, 200);
  assert.is(bytes[0], 3);
  assert.is(bytes[600], 4);
});

test('an autocannon without the inner fields is refused by their names', () => {
  assert.throws(() => assertInnerClient({ _connect() {} }), /lacks: _doRequest, .*parser\.execute/);
});

function scenarioOf(overrides: Partial<PerVuIterations>): Scenario {
  return { ...burst100, vus: 1, deadlineSeconds: 10, ...overrides };
}

async function load(url: string, overrides: Partial<PerVuIterations>, signal?: AbortSignal) {
  const measurement = await runScenario({
    scenario: scenarioOf(overrides),
    url,
    headers: {},
    models,
    ...(signal ? { signal } : {}),
  });
  return { ...measurement, attempts: [...measurement.attempts] };
}

/** A TCP server that answers each request head by `answer`. */
async function serve(answer: (socket: Socket) => void, onConnection = () => {}): Promise<string> {
  const server = createServer((socket) => {
    onConnection();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
}

test.run();
