import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Component, componentsSchema, performanceMetricsSchema } from '../../../contract/health.ts';
import { problemSchema } from '../../../contract/problem.ts';
import { resultPath, routes } from '../../../contract/routes.ts';
import type { Metrics } from '../../../contract/run.ts';
import { cancelledEnd, endRun, failRun } from '../../performance/end-run.ts';
import { createComponentsReader } from '../../performance/health-components.ts';
import { createLastAnswers } from '../../performance/last-answers.ts';
import { makeMetrics, makeRun, makeShard, secondsFromNow } from '../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { post } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';

const test = suite('health routes');
let stores: TestStores;
let service: TestService;
/** Later than any run so far, so that the newest is the one that the test adds last. */
let startsAt = 0;

test.before(async () => {
  stores = await startStores();
  service = await startTestService(stores, { launcher: createRecordingLauncher(), isSupervised: false });
});

test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('live and ready are 200 while the stores answer', async () => {
  for (const path of [routes.live, routes.ready]) {
    const response = await fetch(service.url + path);
    assert.is(response.status, 200);
    assert.is(response.headers.get('cache-control'), 'no-store');
    assert.equal(await response.json(), { status: 'ok' });
  }
});

test('before the first run every figure is null, the count is 0, and all components are ok', async () => {
  const components = await readComponents();
  assert.equal(
    components.map(({ id, status }) => [id, status]),
    [
      ['performance', 'ok'],
      ['registry', 'ok'],
      ['storage', 'ok'],
      ['metadata', 'ok'],
    ],
  );
  const { total_runs_completed, ...rest } = performanceMetricsSchema.parse(components[0]?.metrics);
  assert.is(total_runs_completed, 0);
  assert.ok(Object.values(rest).every((value) => value === null));
  assert.is(components[1]?.metrics.published_versions, 1);
});

test('the performance component shows the last completed run in the documented words, fields and units', async () => {
  const run = await addCompletedRun({});
  const component = await readPerformance();
  assert.is(component.display_name, 'Performance Testing');
  assert.is(
    component.description,
    'Performance testing component for measuring system throughput and latency. Workload can be triggered via POST /health/performance/workload. Results retrieved via GET /health/performance/results/{run_id}.',
  );
  assert.is(component.status, 'ok');
  assert.equal(component.metrics, {
    latest_run_id: run.run_id,
    latest_scenario: 'burst-100',
    latest_throughput_mbps: 37.48,
    latest_p99_latency_ms: 63174.26,
    latest_mean_latency_ms: 51257.91,
    latest_median_latency_ms: 52931.2,
    latest_success_rate: 100,
    latest_lower_bounds: null,
    total_runs_completed: 1,
    last_run_started_at: run.started_at,
    last_run_completed_at: secondsFrom(run.started_at, 63),
    active_run_id: null,
  });
});

test('latencies that timeouts make lower bounds are named, the others are not', async () => {
  const { latency } = makeMetrics();
  await addCompletedRun({ latency: { ...latency, censored: 2 } });
  assert.is((await readPerformance()).metrics.latest_lower_bounds, 'mean, p99');
  await addCompletedRun({});
  assert.is((await readPerformance()).metrics.latest_lower_bounds, null);
});

test('a last run with failed requests degrades the component, the next clean one mends it', async () => {
  await addCompletedRun({ success_rate: 99, error_rate: 1 });
  const degraded = await readPerformance();
  assert.is(degraded.status, 'degraded');
  assert.is(degraded.reason, "Of the last run's requests 99 % succeeded.");
  await addCompletedRun({});
  assert.is((await readPerformance()).status, 'ok');
});

test('a failed last run degrades the component but its figures stay those of the last completed one', async () => {
  const completed = await addCompletedRun({});
  const failed = await addRun();
  await failRun(stores.runs, failed.run_id, 'For the test.');
  const component = await readPerformance();
  assert.is(component.status, 'degraded');
  assert.is(component.reason, 'The last run failed: For the test.');
  assert.is(component.metrics.latest_run_id, completed.run_id);
});

test('a cancelled last run changes nothing', async () => {
  await addCompletedRun({});
  const cancelled = await addRun();
  await endRun(stores.runs, cancelled.run_id, cancelledEnd());
  assert.is((await readPerformance()).status, 'ok');
});

test('the active run is named, and a lost one is failed by looking', async () => {
  const run = await addRun();
  await stores.runs.takeLock(run.run_id, secondsFromNow(5));
  await stores.runs.writeShard(run.run_id, makeShard());
  assert.is((await readPerformance()).metrics.active_run_id, run.run_id);
  await stores.runs.writeShard(run.run_id, makeShard({ lease_expires_at: secondsFromNow(-20) }));
  assert.is((await readPerformance()).metrics.active_run_id, null);
  assert.is((await stores.runs.readRun(run.run_id))?.status, 'failed');
});

test('DynamoDB down: live is 200, ready 503 naming it, components 200 with what is down, the rest 503', async () => {
  await stores.dynamodb.takeDown();
  try {
    assert.is((await fetch(service.url + routes.live)).status, 200);
    await assertUnavailable(await fetch(service.url + routes.ready), 'DynamoDB cannot be reached');
    const statuses = Object.fromEntries((await readComponents()).map(({ id, status }) => [id, status]));
    assert.is(statuses.performance, 'down');
    assert.is(statuses.metadata, 'down');
    assert.is(statuses.storage, 'ok');
    await assertUnavailable(await post(service.url, routes.workload, {}), 'DynamoDB');
    await assertUnavailable(await fetch(service.url + resultPath(crypto.randomUUID())), 'DynamoDB');
    await assertUnavailable(await fetch(service.url + routes.results), 'DynamoDB');
  } finally {
    await stores.dynamodb.restore();
  }
  assert.is((await fetch(service.url + routes.ready)).status, 200);
});

test('S3 down: ready is 503 naming it, storage is down, the trigger still works', async () => {
  await stores.s3.takeDown();
  try {
    await assertUnavailable(await fetch(service.url + routes.ready), 'S3 cannot be reached');
    const storage = (await readComponents()).find(({ id }) => id === 'storage');
    assert.is(storage?.status, 'down');
    assert.match(storage?.reason ?? '', /^S3 cannot be reached/);
    const answer = await post(service.url, routes.workload, {});
    assert.is(answer.status, 202);
    const { run_id } = (await answer.json()) as { run_id: string };
    await failRun(stores.runs, run_id, 'For the test.');
  } finally {
    await stores.s3.restore();
  }
});

test('a store that accepts and never answers makes ready 503 within 4 s, and components down once it has been silent for long', async () => {
  const silent = createComponentsReader(service.health, createLastAnswers(0));
  await silent();
  stores.dynamodb.setFault({ afterBytes: 0, act: 'stall' });
  try {
    const startMs = performance.now();
    const [ready, { components }] = await Promise.all([fetch(service.url + routes.ready), silent()]);
    await assertUnavailable(ready, 'DynamoDB cannot be reached');
    assert.is(components[0]?.status, 'down');
    assert.match(components[0]?.reason ?? '', /no answer/i);
    assert.ok(performance.now() - startMs < 4_000);
  } finally {
    stores.dynamodb.setFault(null);
  }
});

test('a store that is slow once degrades what asks it, which says so and keeps its figures, and is down for no one', async () => {
  const run = await addCompletedRun({});
  await readComponents();
  stores.dynamodb.setFault({ afterBytes: 0, act: 'stall' });
  try {
    const components = await readComponents();
    const [performanceNow] = components;
    assert.is(performanceNow?.metrics.latest_run_id, run.run_id);
    const metadata = components.find(({ id }) => id === 'metadata');
    for (const component of [performanceNow, metadata]) {
      assert.is(component?.status, 'degraded', component?.id);
      assert.match(component?.reason ?? '', /^Slow: .* Shown is how it was \d s ago\.$/);
    }
  } finally {
    stores.dynamodb.setFault(null);
  }
  assert.is((await readPerformance()).reason, null);
});

async function readComponents(): Promise<Component[]> {
  const response = await fetch(service.url + routes.components);
  assert.is(response.status, 200);
  return componentsSchema.parse(await response.json()).components;
}

test('who allows an answer some age shares one, and who does not gets his own', async () => {
  let reads = 0;
  const { readTotals } = stores.runs;
  stores.runs.readTotals = () => {
    reads += 1;
    return readTotals();
  };
  const ask = async (cacheControl?: string) => {
    const headers = cacheControl === undefined ? {} : { 'cache-control': cacheControl };
    const response = await fetch(service.url + routes.components, { headers });
    componentsSchema.parse(await response.json());
  };
  try {
    await ask();
    assert.is(reads, 1);
    await Promise.all(Array.from({ length: 50 }, () => ask('max-age=60')));
    assert.is(reads, 1);
    await ask('max-age=0');
    await ask();
    assert.is(reads, 3);
  } finally {
    stores.runs.readTotals = readTotals;
  }
});

async function readPerformance(): Promise<Component> {
  const [component] = await readComponents();
  if (component?.id !== 'performance') throw new Error('The performance component is missing.');
  return component;
}

async function addRun() {
  startsAt += 1;
  const run = makeRun({ status: 'running', started_at: secondsFromNow(startsAt) });
  await stores.runs.createRun(run);
  return run;
}

async function addCompletedRun(changes: Partial<Metrics>) {
  const run = await addRun();
  await stores.runs.takeLock(run.run_id, secondsFromNow(10));
  await endRun(stores.runs, run.run_id, {
    status: 'completed',
    completed_at: secondsFrom(run.started_at, 63),
    metrics: makeMetrics(changes),
    verdict: { value: 'valid', reasons: [] },
    labels: [],
    stopped_because: null,
    crossed_thresholds: [],
    documents: [],
  });
  return run;
}

function secondsFrom(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1_000).toISOString();
}

async function assertUnavailable(response: Response, detail: string): Promise<void> {
  assert.is(response.status, 503);
  assert.ok(Number(response.headers.get('retry-after')) > 0);
  assert.match(problemSchema.parse(await response.json()).detail, detail);
}

test.run();
