import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('wrong endpoint');
const command = resolve('scripts/bench.ts');
let answer = '';
let status = 200;
let other: Server;

test.before(async () => {
  other = createServer((_, response) => response.writeHead(status).end(answer)).listen(0, '127.0.0.1');
  await once(other, 'listening');
});

test.before.each(() => {
  status = 200;
});

test.after(() => {
  other?.close();
});

test('an endpoint where nothing answers is named in one line at once', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const url = addressOf(closed);
  closed.close();
  const { exitCode, stderr } = await bench([], { AWS_ENDPOINT_URL: url });
  assert.is(exitCode, 1);
  assert.is(stderr, `AWS_ENDPOINT_URL is "${url}", where nothing answers (ECONNREFUSED). Is it running?`);
});

test('https where http is spoken is told as such', async () => {
  const { exitCode, stderr } = await bench([], { AWS_ENDPOINT_URL: addressOf(other).replace('http', 'https') });
  assert.is(exitCode, 1);
  assert.match(stderr, /where nothing answers \(ERR_SSL_\w+\)/);
});

test('LocalStack without DynamoDB is told what it lacks', async () => {
  answer = JSON.stringify({ services: { s3: 'running', dynamodb: 'disabled' } });
  const { exitCode, stderr } = await bench([], { AWS_ENDPOINT_URL: addressOf(other) });
  assert.is(exitCode, 1);
  assert.match(stderr, /runs without dynamodb; start it with SERVICES=s3,dynamodb/);
});

test('a server that speaks neither S3 nor DynamoDB is named', async () => {
  answer = '<html>hello</html>';
  const url = addressOf(other);
  const { exitCode, stderr } = await bench([], { AWS_ENDPOINT_URL: url });
  assert.is(exitCode, 1, stderr);
  assert.is(stderr.split('\n').length, 2, stderr);
  const complaint = `AWS_ENDPOINT_URL is "${url}": something answers there, but not as S3 or DynamoDB do.`;
  assert.is(stderr.split('\n')[1], complaint);
  answer = '{"error":"not found"}';
  status = 404;
  const nameless = await bench([], { AWS_ENDPOINT_URL: url });
  assert.is(nameless.stderr.split('\n')[1], complaint);
});

test('an address that is none is a usage error before anything starts', async () => {
  const { exitCode, stderr } = await bench([], { AWS_ENDPOINT_URL: 'localhost:4566' });
  assert.is(exitCode, 104);
  assert.match(stderr, /AWS_ENDPOINT_URL is "localhost:4566"; allowed: http:\/\/host:port/);
});

test('trigger needs neither a region nor credentials', async () => {
  answer = '{}';
  const { exitCode, stderr } = await bench(['trigger', '--url', addressOf(other)], {});
  assert.is(exitCode, 1);
  assert.not.match(stderr, /region|credential/i);
});

/** With nothing of AWS in its environment but these variables. */
function bench(args: readonly string[], endpoints: Readonly<Record<string, string>>) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  return execa(process.execPath, [command, ...args], {
    env: { ...env, ...endpoints },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.run();
