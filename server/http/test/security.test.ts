import { request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemSchema } from '../../../contract/problem.ts';
import { routes } from '../../../contract/routes.ts';
import { isTerminal } from '../../../contract/run.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';
import { startServiceProcess } from '../../test/start-service-process.ts';

const test = suite('security');
let stores: TestStores;
let service: TestService;

test.before(async () => {
  stores = await startStores();
  service = await startTestService(stores, { isSupervised: false });
});

test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('every answer, errors and redirects among them, is data in nobody’s frame and tells no referrer', async () => {
  const download = '/performance/arnir0_Tiny-LLM/main/model.zip';
  for (const path of [
    '/',
    '/nowhere',
    routes.dashboard,
    routes.models,
    routes.metrics,
    '/openapi.json',
    download,
  ]) {
    const { headers } = await fetch(service.url + path, { redirect: 'manual' });
    assert.is(headers.get('x-content-type-options'), 'nosniff', path);
    assert.is(headers.get('referrer-policy'), 'no-referrer', path);
    assert.is(headers.get('cross-origin-resource-policy'), 'same-origin', path);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none'.*frame-ancestors 'none'/,
      path,
    );
  }
});

test('a service on loopback refuses every request for a name that is not this machine’s', async () => {
  for (const host of [
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '10.0.0.7',
  ]) {
    for (const path of [routes.components, routes.results, routes.dashboard]) {
      const { status, body } = await ask(path, host);
      assert.is(status, 421, `${host} ${path}`);
      assert.is(problemSchema.parse(JSON.parse(body)).type, 'urn:modelrig:problem:foreign-host');
    }
  }
  for (const host of [
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:80',
    '127.8.8.8',
    '[::1]:8080',
    'bench.localhost:3000',
  ]) {
    assert.is((await ask(routes.components, host)).status, 200, host);
  }
});

test('neither the token nor AWS credentials stand in a log, an answer or a document, of a run that failed either', async () => {
  const token = 'trigger-token-of-this-test';
  const aws = {
    AWS_SECRET_ACCESS_KEY: 'secret-key-of-this-test',
    AWS_SESSION_TOKEN: 'session-token-of-this-test',
  };
  const secrets = [token, ...Object.values(aws)];
  const guarded = await startServiceProcess(stores.stores, {
    TRIGGER_TOKEN: token,
    LOG_LEVEL: 'info',
    ...aws,
  });
  const said: string[] = [];
  const read = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(guarded.url + path, init);
    const text = await response.text();
    said.push(JSON.stringify([...response.headers]), text);
    return text;
  };
  try {
    const runIds: string[] = [];
    for (const note of ['as it should be', `a note with Bearer ${'x'.repeat(20)}`]) {
      const body = JSON.stringify({ num_clients: 2, duration_seconds: 10, note });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const { run_id } = JSON.parse(await read(routes.workload, { method: 'POST', headers, body }));
      runIds.push(run_id);
      await waitUntilOver(guarded.url, run_id);
    }
    await read(routes.workload, { method: 'POST', headers: { authorization: `Bearer ${token}x` } });
    for (const path of [routes.components, routes.metrics, routes.results, '/openapi.json']) await read(path);
    for (const runId of runIds) {
      const { documents } = JSON.parse(await read(`${routes.results}/${runId}`));
      assert.ok(Object.keys(documents).length > 3);
      for (const path of Object.values<string>(documents)) await read(path);
    }
  } finally {
    await guarded.close();
  }
  said.push(guarded.readLog());
  assert.match(guarded.readLog(), '"status":401');
  for (const secret of secrets) assert.not.match(said.join('\n'), secret);
});

test.run();

function ask(path: string, host: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(service.url + path, { headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

async function waitUntilOver(url: string, runId: string): Promise<void> {
  for (;;) {
    const { status } = (await (await fetch(`${url}${routes.results}/${runId}`)).json()) as { status: never };
    if (isTerminal(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
