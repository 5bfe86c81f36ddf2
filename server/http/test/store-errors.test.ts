import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import Router from '@koa/router';
import Koa from 'koa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createArtifactReader } from '../../aws/artifact-reader.ts';
import { type AwsClients, createAwsClients, createDeliveryClient } from '../../aws/clients.ts';
import { ensureStores } from '../../aws/create-stores.ts';
import { createDocumentStore } from '../../aws/document-store.ts';
import { createModelStore } from '../../aws/model-store.ts';
import { createStoreProbes } from '../../aws/probe-stores.ts';
import { createRunStore } from '../../aws/run-store.ts';
import { DomainError, findLogLine } from '../../domain-error.ts';
import { type StubStores, secret, startStubStores } from '../../test/stub-stores.ts';
import { answerProblems } from '../problem.ts';

const test = suite('store errors');
const stores = { modelsBucket: 'models-b', runsBucket: 'runs-b', modelsTable: 'models-t', runsTable: 'runs-t' };
const record = {
  id: 'm',
  modelId: 'm',
  version: 'main',
  sizeBytes: 9,
  digest: `sha256:${'0'.repeat(64)}`,
  objectKey: 'performance/m/main/1/model.zip',
  publishedAt: '2026-01-01T00:00:00.000Z',
};
const signal = new AbortController().signal;
const usual = { ...process.env };
let stub: StubStores;
let clients: AwsClients;
let deliveryClient: S3Client;
let server: Server;
let url: string;
/** What the service would have logged. */
const logged: unknown[] = [];

test.before(async () => {
  stub = await startStubStores();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: stub.url,
    AWS_ENDPOINT_URL_S3: stub.url,
    AWS_ENDPOINT_URL_DYNAMODB: stub.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  clients = createAwsClients();
  deliveryClient = createDeliveryClient(1);
  const artifacts = createArtifactReader(deliveryClient, { bucket: stores.modelsBucket });
  const models = createModelStore(clients.dynamodb, stores.modelsTable);
  const router = new Router();
  router.get('/s3', async () => {
    await artifacts.open(record, null, signal);
  });
  router.get('/dynamodb', async () => {
    await models.find('m', 'main');
  });
  const app = new Koa();
  app.on('error', (error: unknown) => logged.push(error));
  app.use(answerProblems).use(router.routes());
  server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.after(async () => {
  server?.close();
  server?.closeAllConnections();
  deliveryClient?.destroy();
  clients?.destroy();
  await stub?.close();
  process.env = usual;
});

const cases = [
  ['s3', 503, 'SlowDown', 503, 'stores-throttled', /S3 throttled GetObject on bucket models-b \(SlowDown\)/],
  ['s3', 500, 'InternalError', 503, 'stores-unavailable', /check that it is up/],
  ['s3', 403, 'AccessDenied', 500, 'stores-denied', /allow s3:GetObject and s3:ListBucket.*MODELS_BUCKET/],
  ['s3', 403, 'InvalidAccessKeyId', 500, 'stores-denied', /correct the service's credentials/],
  ['s3', 403, 'SignatureDoesNotMatch', 500, 'stores-denied', /correct the service's credentials/],
  ['s3', 400, 'ExpiredToken', 500, 'stores-denied', /renew the service's credentials/],
  ['s3', 403, 'RequestTimeTooSkewed', 500, 'stores-denied', /set this machine's clock/],
  ['s3', 404, 'NoSuchBucket', 500, 'stores-missing', /bucket models-b \(NoSuchBucket\): create it/],
  ['s3', 301, 'PermanentRedirect', 500, 'stores-missing', /set AWS_REGION/],
  [
    'dynamodb',
    400,
    'ProvisionedThroughputExceededException',
    503,
    'stores-throttled',
    /GetItem on table models-t/,
  ],
  ['dynamodb', 400, 'ThrottlingException', 503, 'stores-throttled', /raise what it may take, or send less/],
  ['dynamodb', 400, 'RequestLimitExceeded', 503, 'stores-throttled', /DynamoDB throttled GetItem/],
  ['dynamodb', 500, 'InternalServerError', 503, 'stores-unavailable', /AWS_ENDPOINT_URL/],
  ['dynamodb', 400, 'AccessDeniedException', 500, 'stores-denied', /allow dynamodb:GetItem.*MODELS_TABLE/],
  ['dynamodb', 400, 'UnrecognizedClientException', 500, 'stores-denied', /correct the service's credentials/],
  ['dynamodb', 400, 'ExpiredTokenException', 500, 'stores-denied', /renew the service's credentials/],
  ['dynamodb', 400, 'ResourceNotFoundException', 500, 'stores-missing', /table models-t .*MODELS_TABLE/],
] as const;

for (const [store, answered, code, status, type, line] of cases) {
  test(`${store} that answers ${answered} ${code} is ${status} ${type}, with a line that says what to do`, async () => {
    stub.setFault({ status: answered, code });
    logged.length = 0;
    const answer = await fetch(`${url}/${store}`);
    const problem = await answer.text();
    assert.is(answer.status, status);
    assert.match(problem, `urn:modelrig:problem:${type}`);
    assert.not.match(problem, /arn:|123456789012|models-b|models-t/);
    assert.is(answer.headers.has('retry-after'), status === 503);
    assert.is(logged.length, 1);
    const logLine = findLogLine(logged[0]) ?? '';
    assert.match(logLine, line);
    assert.not.match(logLine, /\n/);
    assert.not.match(logLine, secret);
  });
}

test('every other call that the service makes is mapped as well', async () => {
  stub.setFault({ status: 403, code: 'AccessDeniedException' });
  const documents = createDocumentStore(clients.s3, stores.runsBucket);
  const runs = createRunStore(clients.dynamodb, stores.runsTable, documents);
  const probes = createStoreProbes(clients, stores);
  const models = createModelStore(clients.dynamodb, stores.modelsTable);
  const calls: readonly [() => Promise<unknown>, RegExp][] = [
    [() => ensureStores(clients, stores), / denied /],
    [() => probes.probeStorage(signal), /HeadBucket .*status 403.* allow s3:ListBucket/],
    [() => probes.probeMetadata(signal), /GetItem/],
    [() => documents.read('runs/1/report.json'), /GetObject on bucket runs-b/],
    [() => documents.write('runs/1/report.json', Buffer.from('{}'), 'application/json'), /allow s3:PutObject/],
    [() => models.listModels({ limit: 9, cursor: null }), /allow dynamodb:Scan/],
    [() => models.listVersions('m'), /allow dynamodb:Query/],
    [() => models.claimId('m', 'm'), /allow dynamodb:PutItem/],
    [() => runs.readRun('r'), /GetItem on table runs-t/],
    [() => runs.requestCancel('r'), /allow dynamodb:UpdateItem/],
    [() => runs.releaseLock('r'), /allow dynamodb:DeleteItem/],
    [() => runs.listRuns(9, null), /allow dynamodb:Query/],
  ];
  for (const [call, line] of calls) {
    const error = await call().catch((reason: unknown) => reason);
    assert.ok(error instanceof DomainError, String(error));
    assert.is(error.code, 'stores_denied');
    assert.match(error.logLine ?? '', line);
  }
});

test.run();
