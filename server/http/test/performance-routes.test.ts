import { connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Problem, problemMediaType, problemSchema } from '../../../contract/problem.ts';
import { resultsPageSchema, triggerAnswerSchema } from '../../../contract/results.ts';
import { cancelPath, documentPath, resultPath, routes } from '../../../contract/routes.ts';
import { scenarioNames } from '../../../contract/workload.ts';
import { cancelledEnd, endRun, failRun } from '../../performance/end-run.ts';
import { makeMetrics, makeRun, secondsFromNow } from '../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { cancel, post, readResults } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';

const test = suite('performance routes');
const token = 'a-token-of-24-characters';
const unknownRun = '550e8400-e29b-41d4-a716-446655440000';
let stores: TestStores;
let service: TestService;
let guarded: TestService;

test.before(async () => {
  stores = await startStores();
  const launcher = createRecordingLauncher();
  service = await startTestService(stores, { launcher });
  guarded = await startTestService(stores, { launcher, triggerToken: token, isSupervised: false });
});

test.after.each(async () => {
  const lock = await stores.runs.readLock();
  if (lock) await failRun(stores.runs, lock.holder, 'The test is over.');
});

test.after(async () => {
  await Promise.all([service, guarded].map((one) => one?.close()));
  await stores?.close();
});

test('the documented request is answered 202 with run_id, status, estimated_completion and Location', async () => {
  const response = await post(service.url, routes.workload, {
    num_clients: 100,
    model_id: 'arnir0/Tiny-LLM',
    duration_seconds: 300,
  });
  assert.is(response.status, 202);
  const body = await response.json();
  assert.equal(Object.keys(body as object), ['run_id', 'status', 'estimated_completion']);
  const answer = triggerAnswerSchema.parse(body);
  assert.is(response.headers.get('location'), resultPath(answer.run_id));
  assert.is(response.headers.get('cache-control'), 'no-store');
});

test('an empty object means the defaults', async () => {
  assert.equal(await triggeredWorkload({}), seedWorkload);
});

test('no body at all means the defaults', async () => {
  assert.equal(await triggeredWorkload(undefined), seedWorkload);
});

test('a second trigger is 409 with the id of the active run', async () => {
  const { run_id } = triggerAnswerSchema.parse(await (await post(service.url, routes.workload, {})).json());
  const problem = await readProblem(await post(service.url, routes.workload, {}), 409);
  assert.is(problem.active_run_id, run_id);
});

test('malformed JSON is 400', async () => {
  await readProblem(await postRaw('{"num_clients": 1'), 400);
});

test('a body that is not UTF-8 is 400', async () => {
  const problem = await readProblem(await postRaw(Buffer.from([0x7b, 0xff, 0x7d])), 400);
  assert.match(problem.detail, 'not UTF-8');
});

test('a body that is no object is 422 and named', async () => {
  for (const body of ['[]', 'null', '5', '"{}"']) {
    const problem = await readProblem(await postRaw(body), 422);
    assert.equal(
      problem.errors?.map((fault) => [fault.field, fault.value]),
      [['body', JSON.parse(body)]],
    );
  }
});

test('unknown and ill-typed fields are 422, all at once, each with value and what is allowed', async () => {
  const problem = await readProblem(
    await post(service.url, routes.workload, {
      num_clients: 1.5,
      model_id: '../etc',
      version: null,
      duration_seconds: 3601,
      note: 7,
      clients: 3,
    }),
    422,
  );
  assert.equal(
    problem.errors?.map((fault) => [fault.field, fault.value]),
    [
      ['num_clients', 1.5],
      ['model_id', '../etc'],
      ['version', null],
      ['duration_seconds', 3601],
      ['note', 7],
      ['clients', 3],
    ],
  );
  for (const fault of problem.errors ?? []) assert.ok(fault.allowed.length > 10, fault.field);
  assert.match(
    problem.errors?.at(-1)?.allowed ?? '',
    'scenario, num_clients, requests_per_client, model_id, version, duration_seconds, runner_tasks, allow_fewer, profile, experiment, phase, note',
  );
});

test('a scenario alone brings its own clients, requests and times', async () => {
  assert.equal(await triggeredWorkload({ scenario: 'metadata' }), {
    scenario: 'metadata',
    num_clients: 50,
    requests_per_client: null,
    model_id: null,
    version: null,
    duration_seconds: null,
  });
});

test('a workload of a scenario is repeated by asking for what is not null in it', async () => {
  const asked = { scenario: 'resume', num_clients: 3, requests_per_client: 4, duration_seconds: 5 };
  const first = await triggeredWorkload(asked);
  assert.equal(first, { ...asked, model_id: 'arnir0/Tiny-LLM', version: 'main' });
  await failRun(stores.runs, (await stores.runs.readLock())?.holder ?? '', 'For the test.');
  assert.equal(await triggeredWorkload(first), first);
});

test('a scenario that there is not is 422 and answered with the names of those that there are', async () => {
  const problem = await readProblem(await post(service.url, routes.workload, { scenario: 'zipf' }), 422);
  assert.equal(
    problem.errors?.map(({ field, value }) => [field, value]),
    [['scenario', 'zipf']],
  );
  for (const name of scenarioNames) assert.match(problem.errors?.[0]?.allowed ?? '', name);
});

test('a field that means nothing to the scenario is 422, told together with what is wrong otherwise', async () => {
  for (const [body, fields] of [
    [{ scenario: 'open-rate', num_clients: 3, duration_seconds: 'x' }, ['duration_seconds', 'num_clients']],
    [{ scenario: 'ramp', num_clients: 3, requests_per_client: 2 }, ['num_clients', 'requests_per_client']],
    [{ scenario: 'sustained-100', requests_per_client: 2 }, ['requests_per_client']],
    [{ scenario: 'zipf-500', model_id: 'arnir0/Tiny-LLM', version: 'main' }, ['model_id', 'version']],
    [{ scenario: 'metadata', model_id: '../etc' }, ['model_id']],
    [{ requests_per_client: 10_001 }, ['requests_per_client']],
    [{ num_clients: 1_000, requests_per_client: 1_001 }, ['requests_per_client']],
  ] as const) {
    const problem = await readProblem(await post(service.url, routes.workload, body), 422);
    assert.equal(
      problem.errors?.map(({ field }) => field),
      fields,
    );
  }
  const body = { scenario: 'open-rate', num_clients: 3 };
  const problem = await readProblem(await post(service.url, routes.workload, body), 422);
  assert.match(problem.errors?.[0]?.allowed ?? '', 'nothing with the scenario open-rate');
});

test('a field of the profile that is wrong or unknown is 422 under its own name', async () => {
  const profile = {
    delivery: 'teleported',
    download_concurrency: 0,
    s3_max_sockets: '9',
    cache_bytes: -1,
    speed: 2,
  };
  const problem = await readProblem(await post(service.url, routes.workload, { profile }), 422);
  assert.equal(
    problem.errors?.map((fault) => [fault.field, fault.value]),
    [
      ['profile.delivery', 'teleported'],
      ['profile.download_concurrency', 0],
      ['profile.s3_max_sockets', '9'],
      ['profile.cache_bytes', -1],
      ['profile.speed', 2],
    ],
  );
  assert.match(problem.errors?.[0]?.allowed ?? '', 'redirected');
  assert.match(problem.errors?.[3]?.allowed ?? '', 'a whole number of bytes from 0');
  assert.match(problem.errors?.[4]?.allowed ?? '', 'it takes delivery, download_concurrency, s3_max_sockets');
  const flat = await readProblem(await post(service.url, routes.workload, { profile: 'buffered' }), 422);
  assert.is(flat.errors?.[0]?.field, 'profile');
});

test('a setting that the strategy of the run would ignore is 422', async () => {
  const settings = {
    download_concurrency: 'buffered or blocking',
    cache_bytes: 'cached, buffered or blocking',
  };
  for (const [name, strategies] of Object.entries(settings)) {
    const profile = { delivery: 'streamed', [name]: 5 };
    const problem = await readProblem(await post(service.url, routes.workload, { profile }), 422);
    assert.is(problem.errors?.[0]?.field, `profile.${name}`);
    assert.match(problem.errors?.[0]?.allowed ?? '', `only with the delivery ${strategies}`);
  }
});

test('more memory for a run than the service itself may take is 422', async () => {
  const most = service.performance.deliverySettings.cache_bytes ?? Number.NaN;
  const profile = { delivery: 'cached', cache_bytes: most + 1 };
  const problem = await readProblem(await post(service.url, routes.workload, { profile }), 422);
  assert.equal(problem.errors, [
    {
      field: 'profile.cache_bytes',
      value: most + 1,
      allowed: `at most ${most}, which is what the service may take`,
    },
  ]);
});

test('a body nested thousands of levels deep is 422, not an error of the service', async () => {
  const deep = '['.repeat(7_000) + ']'.repeat(7_000);
  for (const [body, field] of [
    [deep, 'body'],
    [`{"note":${deep}}`, 'note'],
  ] as const) {
    const problem = await readProblem(await postRaw(body), 422);
    assert.is(problem.errors?.[0]?.field, field);
  }
});

test('limits of the four fields are kept: each value just outside is 422', async () => {
  for (const body of [
    { num_clients: 0 },
    { num_clients: 1001 },
    { num_clients: '100' },
    { duration_seconds: 0 },
    { duration_seconds: 1e9 },
    { model_id: 'a/b/c' },
    { model_id: 'ä' },
    { model_id: 'x'.repeat(300) },
    { version: 'a..b' },
    { version: '%00' },
    { note: 'x'.repeat(501) },
  ]) {
    const problem = await readProblem(await post(service.url, routes.workload, body), 422);
    assert.equal(
      problem.errors?.map((fault) => fault.field),
      Object.keys(body),
    );
  }
});

test('an unknown model is 422 naming model_id and version', async () => {
  const problem = await readProblem(await post(service.url, routes.workload, { model_id: 'a/b' }), 422);
  assert.equal(
    problem.errors?.map((fault) => fault.field),
    ['model_id', 'version'],
  );
});

test('a body over 16 KiB is 413, declared or not', async () => {
  await readProblem(await postRaw(JSON.stringify({ note: 'x'.repeat(17_000) })), 413);
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(10_000));
      if (sent++ > 2) controller.close();
    },
  });
  let sent = 0;
  const response = await fetch(service.url + routes.workload, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: chunks,
    duplex: 'half',
  });
  await readProblem(response, 413);
});

test('another media type, or a compressed body, is 415', async () => {
  await readProblem(await postRaw('{}', { 'content-type': 'text/plain' }), 415);
  await readProblem(await postRaw('{}', { 'content-type': 'application/jsonp' }), 415);
  await readProblem(await postRaw('{}', { 'content-encoding': 'gzip' }), 415);
});

test('a media type with parameters is taken', async () => {
  const response = await postRaw('{}', { 'content-type': 'Application/JSON; charset=utf-8' });
  assert.is(response.status, 202);
});

test('a client that breaks off in mid body starts no run', async () => {
  const { port, hostname } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${routes.workload} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(await stores.runs.readLock(), null);
});

test('with a token set, trigger and cancel without it are 401, with it they pass', async () => {
  for (const authorization of [
    '',
    'Bearer',
    'Bearer wrong',
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${'x'.repeat(token.length)}`,
    token,
  ]) {
    const headers = authorization ? { authorization } : {};
    const response = await post(guarded.url, routes.workload, {}, headers);
    assert.is(response.headers.get('www-authenticate'), 'Bearer');
    await readProblem(response, 401);
    await readProblem(await post(guarded.url, cancelPath(unknownRun), undefined, headers), 401);
  }
  const authorization = `Bearer ${token}`;
  assert.is((await post(guarded.url, routes.workload, {}, { authorization })).status, 202);
  assert.is((await post(guarded.url, cancelPath(unknownRun), undefined, { authorization })).status, 404);
});

test('the token is asked for before the body is looked at', async () => {
  await readProblem(await post(guarded.url, routes.workload, { num_clients: 'x' }), 401);
});

test('a page of another site cannot start a run on a service without a token', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const response = await fetch(service.url + routes.workload, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
    });
    await readProblem(response, 403);
  }
  assert.is(await stores.runs.readLock(), null);
});

test('results need no token', async () => {
  assert.is((await fetch(guarded.url + routes.results)).status, 200);
});

test('a run id that is no UUID is 400 naming run_id, on every route', async () => {
  for (const id of ['nope', '..', '%2e%2e', '%00', 'x'.repeat(300), unknownRun.toUpperCase(), 'ü']) {
    const path = `${routes.results}/${id.startsWith('%') ? id : encodeURIComponent(id)}`;
    for (const response of [
      await fetch(service.url + path.replace('/..', '/%252e%252e')),
      await fetch(`${service.url}${path.replace('/..', '/%252e%252e')}/documents/report.json`),
    ]) {
      if (id === '%2e%2e') continue;
      const problem = await readProblem(response, 400);
      assert.is(problem.errors?.[0]?.field, 'run_id');
    }
  }
  await readProblem(await cancel(service.url, 'nope'), 400);
});

test('an unknown run is 404: results, documents, cancel', async () => {
  await readProblem(await fetch(service.url + resultPath(unknownRun)), 404);
  await readProblem(await fetch(service.url + documentPath(unknownRun, 'report.json')), 404);
  await readProblem(await cancel(service.url, unknownRun), 404);
});

test('results of a run that has not begun show no metrics and no progress', async () => {
  const { run_id } = triggerAnswerSchema.parse(await (await post(service.url, routes.workload, {})).json());
  const results = await readResults(service.url, run_id);
  assert.is(results.status, 'started');
  assert.is(results.metrics, null);
  assert.is(results.progress, null);
  assert.is(results.completed_at, null);
  assert.equal(results.documents, {});
});

test('results of a running run show the latest progress', async () => {
  const run = makeRun({ status: 'running' });
  await stores.runs.createRun(run);
  for (const second of [1, 2, 10]) {
    await stores.runs.writeProgress(run.run_id, {
      elapsed_seconds: second + 0.25,
      total_requests: 100,
      done: second,
      failed: 0,
      in_flight: 100 - second,
      received_bytes: second * 1000,
      bytes_per_second: 1000,
    });
  }
  const { progress, metrics } = await readResults(service.url, run.run_id);
  assert.is(progress?.done, 10);
  assert.is(metrics, null);
});

test('results of a completed run have the documented fields, types and units', async () => {
  const run = await addCompletedRun();
  const results = await readResults(service.url, run.run_id);
  assert.is(results.status, 'completed');
  assert.equal(results.metrics, makeMetrics());
  assert.is(results.documents['report.json'], documentPath(run.run_id, 'report.json'));
});

test('a document comes with its media type, length and headers that keep it from running scripts', async () => {
  const run = await addCompletedRun();
  const body = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  await stores.documents.write(`runs/${run.run_id}/latency.svg`, Buffer.from(body), 'image/svg+xml');
  const response = await fetch(service.url + documentPath(run.run_id, 'latency.svg'));
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'image/svg+xml; charset=utf-8');
  assert.is(response.headers.get('content-length'), String(body.length));
  assert.is(response.headers.get('content-disposition'), 'inline; filename="latency.svg"');
  assert.match(response.headers.get('content-security-policy') ?? '', "default-src 'none'");
  assert.is(await response.text(), body);
});

test('a document that no run has, or that this run has not, is 404', async () => {
  const run = makeRun();
  await stores.runs.createRun(run);
  for (const name of ['report.json', 'parts', 'parts/0', '../secret', 'report.JSON', 'toString']) {
    await readProblem(await fetch(service.url + documentPath(run.run_id, name)), 404);
  }
});

test('the list is newest first, in pages that a cursor joins without gap or repetition', async () => {
  const runs = [0, 1, 2, 3, 4].map((second) => makeRun({ started_at: secondsFromNow(1_000 + second) }));
  for (const run of runs) {
    await stores.runs.createRun(run);
    await stores.runs.endRun(run.run_id, cancelledEnd());
  }
  const expected = runs.map((run) => run.run_id).reverse();
  const first = await readPage('?limit=2');
  const second = await readPage(`?limit=2&cursor=${first.next_cursor}`);
  const third = await readPage(`?limit=1&cursor=${second.next_cursor}`);
  const ids = [first, second, third].flatMap((page) => page.runs.map((run) => run.run_id));
  assert.equal(ids, expected);
});

test('a wrong limit or cursor is 400 naming it', async () => {
  for (const [query, field] of [
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=ten', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?cursor=nonsense', 'cursor'],
    ['?cursor=', 'cursor'],
    ['?cursor=a&cursor=b', 'cursor'],
  ]) {
    const problem = await readProblem(await fetch(`${service.url}${routes.results}${query}`), 400);
    assert.is(problem.errors?.[0]?.field, field, query);
  }
});

test('cancel is 202, again 202, and the run is cancelled although no runner ever came', async () => {
  const { run_id } = triggerAnswerSchema.parse(await (await post(service.url, routes.workload, {})).json());
  const first = await cancel(service.url, run_id);
  assert.is(first.status, 202);
  assert.is(((await first.json()) as { status: string }).status, 'cancelled');
  assert.is((await cancel(service.url, run_id)).status, 202);
  assert.is((await readResults(service.url, run_id)).failure_reason, 'Cancelled on request.');
  assert.is((await post(service.url, routes.workload, {})).status, 202);
});

test('cancel of a completed or failed run is 409', async () => {
  const completed = await addCompletedRun();
  const failed = makeRun();
  await stores.runs.createRun(failed);
  await failRun(stores.runs, failed.run_id, 'For the test.');
  for (const run of [completed, failed]) {
    const problem = await readProblem(await cancel(service.url, run.run_id), 409);
    assert.match(problem.type, 'run-finished');
  }
});

test('none of this was an error of the service itself', () => {
  const own = service.errors.filter((error) => !String((error as { code?: unknown }).code).startsWith('HPE_'));
  assert.equal(own, []);
});

const seedWorkload = {
  scenario: 'burst-100',
  num_clients: 100,
  requests_per_client: 1,
  model_id: 'arnir0/Tiny-LLM',
  version: 'main',
  duration_seconds: 300,
};

async function triggeredWorkload(body: unknown) {
  const response = await post(service.url, routes.workload, body);
  assert.is(response.status, 202);
  const { run_id } = triggerAnswerSchema.parse(await response.json());
  return (await readResults(service.url, run_id)).workload;
}

async function addCompletedRun() {
  const run = makeRun({ status: 'running' });
  await stores.runs.createRun(run);
  await endRun(stores.runs, run.run_id, {
    status: 'completed',
    completed_at: secondsFromNow(63),
    metrics: makeMetrics(),
    verdict: { value: 'valid', reasons: [] },
    labels: [],
    stopped_because: null,
    crossed_thresholds: [],
    documents: ['report.json', 'latency.svg'],
  });
  return run;
}

async function readPage(query: string) {
  return resultsPageSchema.parse(await (await fetch(`${service.url}${routes.results}${query}`)).json());
}

function postRaw(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(service.url + routes.workload, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function readProblem(response: Response, status: number): Promise<Problem> {
  const text = await response.text();
  assert.is(response.status, status, text);
  assert.match(response.headers.get('content-type') ?? '', problemMediaType);
  const problem = problemSchema.parse(JSON.parse(text));
  assert.is(problem.status, status);
  return problem;
}

test.run();
