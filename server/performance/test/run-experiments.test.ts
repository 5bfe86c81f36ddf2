import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Calibrator, readExperiment, renderExperimentDocuments } from '../../../bench/index.ts';
import { experimentDetailsSchema, experimentsSchema } from '../../../contract/experiment.ts';
import { problemSchema } from '../../../contract/problem.ts';
import { experimentDocumentPath, experimentPath, routes } from '../../../contract/routes.ts';
import { createInProcessLauncher } from './support/in-process-launcher.ts';
import { post, trigger, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('run experiments');
const calibrator: Calibrator = {
  measureCeiling: async () => ({ bytes_per_second: 1e9, requests_per_second: 9, cpu_seconds_per_gb: 0.2 }),
  stop: async () => {},
};
let stores: TestStores;
let service: TestService;

test.before(async () => {
  stores = await startStores();
  const launcher = createInProcessLauncher(stores, {
    readTargetUrl: () => service.url,
    startCalibrator: async () => calibrator,
  });
  service = await startTestService(stores, { launcher });
});
test.after(async () => {
  await service?.close();
  await stores?.close();
});

const profiles = {
  before: { delivery: 'buffered', download_concurrency: 1 },
  after: { delivery: 'buffered', download_concurrency: 8 },
};

test('an after run of an experiment writes its first version: one pair, no verdict, served with all its documents', async () => {
  const before = await run('pool', 'before', profiles.before);
  const early = experimentDetailsSchema.parse(await get(experimentPath('pool')));
  assert.equal([early.versions.length, early.runs.length], [0, 1]);
  const after = await run('pool', 'after', profiles.after);
  const { versions, runs } = experimentDetailsSchema.parse(await get(experimentPath('pool')));
  assert.equal(
    runs.map(({ run_id, phase }) => [run_id, phase]),
    [
      [after, 'after'],
      [before, 'before'],
    ],
  );
  const [version] = versions;
  assert.equal([version?.number, version?.pairs, version?.verdict.value], [1, 1, 'NO_VERDICT']);
  assert.match(version?.answer ?? '', 'No verdict yet: 1 of the 8 pairs');
  const text = await (await fetch(service.url + version?.documents['report.json'])).text();
  const experiment = readExperiment(text);
  assert.equal(experiment.origin, { kind: 'service', url: service.url, number: 1 });
  assert.equal(
    [experiment.arms.before.subject.download_concurrency, experiment.arms.after.subject.download_concurrency],
    [1, 8],
  );
  for (const [name, content] of Object.entries(renderExperimentDocuments(experiment))) {
    const response = await fetch(service.url + experimentDocumentPath('pool', 1, name));
    assert.is(await response.text(), content);
  }
});

test('each completed pair makes the next version, and what nobody interleaved is an objection in it', async () => {
  await run('pool', 'before', profiles.before);
  await run('pool', 'after', profiles.after);
  const { versions } = experimentDetailsSchema.parse(await get(experimentPath('pool')));
  assert.equal(
    versions.map(({ number, pairs }) => [number, pairs]),
    [
      [2, 2],
      [1, 1],
    ],
  );
  assert.ok(versions[0]?.verdict.reasons.includes('the run before came first in every pair'));
  await run('other', 'after');
  await run('other', 'before');
  const { experiments } = experimentsSchema.parse(await get(routes.experiments));
  assert.equal(
    experiments.map(({ name, number }) => [name, number]),
    [
      ['other', 1],
      ['pool', 2],
    ],
  );
});

test('a phase without an experiment, an unknown phase and a name for no folder are refused by name', async () => {
  const refusals = {
    phase: { phase: 'before' },
    experiment: { experiment: 'pool' },
  };
  for (const [field, body] of Object.entries(refusals)) {
    const response = await post(service.url, routes.workload, body);
    assert.is(response.status, 422);
    assert.is(problemSchema.parse(await response.json()).errors?.[0]?.field, field);
  }
  const wrong = await post(service.url, routes.workload, { experiment: '../x', phase: 'later' });
  assert.equal(
    problemSchema.parse(await wrong.json()).errors?.map(({ field }) => field),
    ['experiment', 'phase'],
  );
  assert.is((await fetch(service.url + experimentPath('never'))).status, 404);
  assert.is((await fetch(service.url + experimentPath('UPPER'))).status, 400);
  assert.is((await fetch(service.url + experimentDocumentPath('pool', 1, 'ledger'))).status, 404);
  assert.is((await fetch(service.url + experimentDocumentPath('pool', 9, 'report.md'))).status, 404);
  assert.is((await fetch(`${service.url}${experimentPath('pool')}/one/documents/report.md`)).status, 400);
});

async function run(experiment: string, phase: string, profile: object = {}): Promise<string> {
  const { run_id } = await trigger(service.url, { num_clients: 2, experiment, phase, profile });
  const { status, failure_reason } = await waitForEnd(service.url, run_id);
  assert.is(status, 'completed', failure_reason ?? '');
  return run_id;
}

async function get(path: string): Promise<unknown> {
  return (await fetch(service.url + path)).json();
}

test.run();
