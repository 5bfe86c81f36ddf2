import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DomainError } from '../../domain-error.ts';
import type { ModelStore } from '../../registry/stores.ts';
import { type AwsClients, createAwsClients } from '../clients.ts';
import { createModelStore } from '../model-store.ts';

const test = suite('silent table');
const tableAnswerLimitMs = 200;
const half = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 99\r\n\r\n{"Item"';
let server: Server;
let clients: AwsClients;
let models: ModelStore;
let requests = 0;
let answer: string | null = null;

test.before(async () => {
  server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      requests += 1;
      if (answer !== null) socket.write(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  clients = createAwsClients({ tableAnswerLimitMs });
  models = createModelStore(clients.dynamodb, 'models');
});

test.after(() => {
  clients?.destroy();
  server?.close();
});

for (const [name, sent] of [
  ['accepts requests and answers none', null],
  ['stops in the middle of its answer', half],
] as const) {
  test(`a table that ${name} is asked twice, and given up after twice its limit`, async () => {
    answer = sent;
    requests = 0;
    const startMs = performance.now();
    const error = await models.find('m', 'main').catch((reason: unknown) => reason);
    const tookMs = performance.now() - startMs;
    assert.ok(error instanceof DomainError, String(error));
    assert.is(error.code, 'stores_unavailable');
    assert.match(error.logLine ?? '', /DynamoDB cannot be reached for GetItem on table models/);
    assert.is(requests, 2);
    assert.ok(tookMs >= 2 * tableAnswerLimitMs && tookMs < 2 * tableAnswerLimitMs + 500, `${tookMs} ms`);
  });
}

test.run();
