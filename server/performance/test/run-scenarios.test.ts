import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Calibrator, startCalibrator } from '../../../bench/index.ts';
import { type Report, reportSchema } from '../../../contract/report.ts';
import type { Results } from '../../../contract/results.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { createInProcessLauncher } from './support/in-process-launcher.ts';
import { trigger, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('run scenarios');
const model = { model_id: 'arnir0/Tiny-LLM', version: 'main' };
const allModels = { model_id: null, version: null };
const calibrator: Calibrator = {
  measureCeiling: async () => ({ bytes_per_second: 1e9, requests_per_second: 9, cpu_seconds_per_gb: 0.2 }),
  stop: async () => {},
};
/** A load with a duration is calibrated for a second before and after: not every one needs it here. */
let isCalibrated = false;
let stores: TestStores;
let service: TestService;
let launcher: ReturnType<typeof createInProcessLauncher>;

test.before(async () => {
  stores = await startStores();
  launcher = createInProcessLauncher(stores, {
    readTargetUrl: () => service.url,
    startCalibrator: async () => (isCalibrated ? startCalibrator() : calibrator),
  });
  service = await startTestService(stores, { launcher });
});

test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('zipf-500 over a registry of one model asks for that one alone', async () => {
  const { report } = await run({ scenario: 'zipf-500', num_clients: 2, requests_per_client: 3 });
  assert.equal(countByKind(report), { 'arnir0_Tiny-LLM': 6 });
  assertSound(report, 6);
});

test('zipf-500 asks for all models, the first in order of their ids the most, and names no single target', async () => {
  await publishOthers();
  const { results, report } = await run({ scenario: 'zipf-500', num_clients: 3, requests_per_client: 20 });
  assert.equal(results.workload, {
    scenario: 'zipf-500',
    num_clients: 3,
    requests_per_client: 20,
    ...allModels,
    duration_seconds: null,
  });
  const counts = countByKind(report);
  assert.equal(Object.keys(counts).sort(), [
    'arnir0_Tiny-LLM',
    'other_model-1',
    'other_model-2',
    'other_model-3',
  ]);
  assert.is(Math.max(...Object.values(counts)), counts['arnir0_Tiny-LLM']);
  assert.is(report.target, null);
  assert.is(report.scenario.iterations, 60);
  assertSound(report, 60);
});

test('a run is calibrated by a null server of its own, and its report says what that gave', async () => {
  isCalibrated = true;
  const { report } = await run({ num_clients: 3 });
  isCalibrated = false;
  for (const ceiling of [report.calibration?.before, report.calibration?.after]) {
    assert.ok((ceiling?.bytes_per_second ?? 0) > 0);
    assert.is.not(ceiling?.requests_per_second, 9);
  }
  assertSound(report, 3);
});

test('burst-100 makes the requests of each client, and repeats its workload in full', async () => {
  const { results, report } = await run({ num_clients: 3, requests_per_client: 2, duration_seconds: 9 });
  assert.equal(results.workload, {
    scenario: 'burst-100',
    num_clients: 3,
    requests_per_client: 2,
    ...model,
    duration_seconds: 9,
  });
  assert.equal(report.workload, results.workload);
  assert.is(report.scenario.deadline_seconds, 9);
  assert.is(report.scenario.max_duration_seconds, 9);
  assertSound(report, 6);
});

test('resume asks for the rest of a model, client and service count the same bytes, and no part is said to be hashed', async () => {
  const { results, report } = await run({ scenario: 'resume', num_clients: 2, requests_per_client: 5 });
  assert.is(report.white_box?.body_bytes, results.metrics?.total_bytes);
  assert.ok((results.metrics?.total_bytes ?? 0) < 10 * 100_000);
  assert.equal(countByKind(report), { resume: 10 });
  assert.is(report.checks.find(({ name }) => name === 'digest')?.total, 0);
  assertSound(report, 10);
});

test('metadata, cut to a second, reads records of models, and their bytes agree on both sides', async () => {
  const { results, report } = await run({ scenario: 'metadata', num_clients: 2, duration_seconds: 1 });
  assert.equal(
    { ...results.workload },
    {
      scenario: 'metadata',
      num_clients: 2,
      requests_per_client: null,
      ...allModels,
      duration_seconds: 1,
    },
  );
  assert.is(report.scenario.duration_seconds, 1);
  assert.is(report.white_box?.body_bytes, results.metrics?.total_bytes);
  assertSound(report);
});

test('open-rate, cut to a second, starts ten requests on time and reports when they were due', async () => {
  const { results, report } = await run({ scenario: 'open-rate', duration_seconds: 1 });
  assert.is(results.workload.num_clients, null);
  assert.is(report.scenario.model, 'open');
  assert.is(report.black_box.response_time?.count, 10);
  assert.is(report.black_box.start_delay?.count, 10);
  assert.is(report.black_box.dropped_iterations, 0);
  assertSound(report, 10);
});

test('sustained-100 and ramp, cut to a second, end after it with what they were answered', async () => {
  for (const workload of [{ scenario: 'sustained-100', num_clients: 2 }, { scenario: 'ramp' }]) {
    const { report } = await run({ ...workload, duration_seconds: 1 });
    assert.is(report.scenario.name, workload.scenario);
    assert.ok(report.black_box.metrics.duration_seconds < 3);
    assert.match(report.scenario.source_sha256 ?? '', /^[0-9a-f]{64}$/);
    assertSound(report);
  }
});

async function publishOthers(): Promise<void> {
  for (const number of [1, 2, 3]) {
    const content = (async function* () {
      yield Buffer.alloc(1_000 * number, `model ${number}`);
    })();
    await publishModel(stores, { modelId: `other/model-${number}`, version: 'main', content });
  }
}

async function run(workload: object): Promise<{ results: Results; report: Report }> {
  const { run_id } = await trigger(service.url, workload);
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  const response = await fetch(service.url + results.documents['report.json']);
  return { results, report: reportSchema.parse(await response.json()) };
}

/** Both sides count the same, nothing was wrong, and the load lies between two calibrations. */
function assertSound(report: Report, requests?: number): void {
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  const { metrics } = report.black_box;
  assert.ok(metrics.total_requests > 0);
  assert.is(metrics.total_requests, requests ?? metrics.total_requests);
  assert.is(metrics.success_rate, 100);
  assert.is(report.white_box?.requests_completed, metrics.total_requests);
  assert.is(report.checks.find(({ name }) => name === 'counters')?.passed, 2);
  assert.ok((report.calibration?.before?.requests_per_second ?? 0) > 0);
  assert.ok((report.calibration?.after?.requests_per_second ?? 0) > 0);
  assert.equal(launcher.warnings, []);
}

function countByKind({ black_box }: Report): Record<string, number> {
  return Object.fromEntries(black_box.request_kinds.map(({ request, requests }) => [request, requests]));
}

test.run();
