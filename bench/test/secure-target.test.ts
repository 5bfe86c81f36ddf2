import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { body, closeRawServers, run, serveRaw } from './support/raw-server.ts';

const test = suite('secure target');
const folder = mkdtempSync(join(tmpdir(), 'modelrig-tls-'));
const servers: Server[] = [];
const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
execFileSync(
  'openssl',
  [
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost',
    '-addext subjectAltName=DNS:localhost,IP:127.0.0.1',
    `-keyout ${keyFile} -out ${certFile}`,
  ].flatMap((part) => part.split(' ')),
  { stdio: 'ignore' },
);
const [key, ca] = [readFileSync(keyFile), readFileSync(certFile, 'utf8')];

test.after(async () => {
  rmSync(folder, { recursive: true });
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await closeRawServers();
});

test('a service behind TLS is measured, its connections kept, its bytes verified', async () => {
  const url = await serveSecurely();
  const { attempts } = await run(url, { vus: 3, iterations: 4 }, { ca });
  assert.equal(
    attempts.map(({ outcome, error }) => error ?? outcome),
    Array(12).fill('ok'),
  );
  assert.is(attempts.filter(({ connected_ms }) => connected_ms !== null).length, 3);
  assert.ok(attempts.every(({ body_bytes }) => body_bytes === body.length));
});

test('behind TLS, too, every byte of the sockets belongs to an attempt or was discarded, cut answers included', async () => {
  const url = await serveSecurely((response, request) => {
    if (request % 3 !== 1) response.end(body);
    else if (request % 2 === 0) response.socket?.destroy();
    else {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 50_000));
      setTimeout(() => response.socket?.destroy(), 5);
    }
  });
  const { attempts, wire } = await run(url, { vus: 3, iterations: 10 }, { ca });
  const outcomes = new Set(attempts.map(({ outcome }) => outcome));
  assert.equal(outcomes, new Set(['ok', 'aborted']));
  const counted = attempts.reduce((sum, { wire_bytes }) => sum + wire_bytes, 0);
  assert.is(wire?.socket, counted + (wire?.discarded ?? 0));
});

test('a certificate that nobody vouches for is a connection that fails', async () => {
  const { attempts } = await run(await serveSecurely());
  assert.is(attempts[0]?.outcome, 'connect_failed');
  assert.match(attempts[0]?.error ?? '', /SELF_SIGNED/);
});

test('a redirect to an address behind TLS is followed', async () => {
  const url = await serveSecurely();
  const service = await serveRaw((socket) =>
    socket.write(`HTTP/1.1 302 Found\r\nlocation: ${url}/key\r\ncontent-length: 0\r\n\r\n`),
  );
  const { attempts } = await run(service.url, {}, { ca });
  assert.is(attempts[0]?.error ?? attempts[0]?.outcome, 'ok');
});

async function serveSecurely(
  answer = (response: ServerResponse, _request: number): unknown => response.end(body),
): Promise<string> {
  let requests = 0;
  const server = createServer({ key, cert: ca }, (_, response) => {
    answer(response, requests);
    requests += 1;
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.run();
