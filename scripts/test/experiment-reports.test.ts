import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readExperiment } from '../../bench/compare/read-experiment.ts';
import { type Calibrator, renderExperimentDocuments } from '../../bench/index.ts';
import { resultPath } from '../../contract/routes.ts';
import { createInProcessLauncher } from '../../server/performance/test/support/in-process-launcher.ts';
import { trigger, waitForEnd } from '../../server/performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../server/performance/test/support/start-stores.ts';
import {
  startTestService,
  type TestService,
} from '../../server/performance/test/support/start-test-service.ts';
import { findStaleReportFiles } from '../reports/find-stale-files.ts';
import { bench } from './support/run-bench.ts';

const test = suite('experiment reports');
const calibrator: Calibrator = {
  measureCeiling: async () => ({ bytes_per_second: 1e9, requests_per_second: 9, cpu_seconds_per_gb: 0.2 }),
  stop: async () => {},
};
const home = process.cwd();
let stores: TestStores;
let service: TestService;
let folder = '';
const runs: string[] = [];

test.before(async () => {
  stores = await startStores();
  const launcher = createInProcessLauncher(stores, {
    readTargetUrl: () => service.url,
    startCalibrator: async () => calibrator,
  });
  service = await startTestService(stores, { launcher });
  for (const phase of ['before', 'after']) {
    const { run_id } = await trigger(service.url, { num_clients: 2, experiment: 'pool', phase });
    assert.is((await waitForEnd(service.url, run_id)).status, 'completed');
    runs.push(run_id);
  }
  folder = await mkdtemp(join(tmpdir(), 'modelrig-pull-'));
  process.chdir(folder);
});
test.after(async () => {
  process.chdir(home);
  await service?.close();
  await stores?.close();
  await rm(folder, { recursive: true, force: true });
});

test('pull brings the experiment of two triggered runs into reports/ with their reports and ledgers', async () => {
  const { exitCode, stdout, stderr } = await bench(['pull', 'pool', '--url', service.url]);
  assert.is(exitCode, 0, stderr);
  assert.match(stdout, 'No verdict yet: 1 of the 8 pairs');
  assert.match(stdout, 'reports/pool/1/report.md');
  const place = join('reports', 'pool', '1');
  const experiment = readExperiment(await readFile(join(place, 'report.json'), 'utf8'));
  assert.equal(experiment.origin, { kind: 'service', url: service.url, number: 1 });
  assert.is(experiment.number, 1);
  for (const [name, content] of Object.entries(renderExperimentDocuments(experiment))) {
    assert.is(await readFile(join(place, name), 'utf8'), content);
  }
  assert.equal((await readdir(join(place, 'rounds'))).sort(), [
    ...[`${runs[0]?.slice(0, 8)}-before`, `${runs[1]?.slice(0, 8)}-after`].sort(),
  ]);
  assert.equal(
    (await findStaleReportFiles('reports')).map(({ path }) => path).filter((path) => path.includes('pool')),
    [],
  );
});

test('pull leaves a version that is there already as it is, and says where', async () => {
  const { exitCode, stdout } = await bench(['pull', 'pool', '--url', service.url]);
  assert.is(exitCode, 0);
  assert.is(stdout, `Version 1 of ${service.url} is there already: reports/pool/1/report.md\n`);
  assert.equal(await readdir(join('reports', 'pool')), ['1']);
});

test('report makes the next version of named runs, from URLs and files alike', async () => {
  const [before = '', after = ''] = runs.map((id) => service.url + resultPath(id));
  const { exitCode, stdout, stderr } = await bench([
    'report',
    ...['--before', before, '--after', after, '--as', 'pool'],
  ]);
  assert.is(exitCode, 0, stderr);
  assert.match(stdout, 'reports/pool/2/report.md');
  const experiment = readExperiment(await readFile(join('reports', 'pool', '2', 'report.json'), 'utf8'));
  assert.equal([experiment.number, experiment.origin.kind, experiment.design.pairs], [2, 'report', 1]);
});

test('report takes as many runs before as after, each once, and drops none without a word', async () => {
  const [before = '', after = ''] = runs.map((id) => service.url + resultPath(id));
  const more = await bench(['report', '--before', before, after, '--after', after, '--as', 'uneven']);
  assert.is(more.exitCode, 104);
  assert.match(more.stderr, '--before names 2 runs, --after 1; allowed: as many of each');
  const twice = await bench(['report', '--before', before, '--after', before, '--as', 'uneven']);
  assert.is(twice.exitCode, 104);
  assert.match(twice.stderr, `Run ${runs[0]} is named twice`);
  assert.not.ok((await readdir('reports')).includes('uneven'));
});

test('an unknown experiment, a run that is none and a name for no folder are told in words', async () => {
  const unknown = await bench(['pull', 'never', '--url', service.url]);
  assert.is(unknown.exitCode, 1);
  assert.match(unknown.stderr, 'There is no experiment "never"');
  const none = await bench(['report', '--before', `${service.url}/x`, '--after', 'y', '--as', 'pool']);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, 'names no run; allowed:');
  const broken = await bench(['report', '--before', 'http://[x', '--after', 'y', '--as', 'pool']);
  assert.is(broken.exitCode, 104);
  assert.match(broken.stderr, '"http://[x" names no run; allowed:');
  const name = await bench(['report', '--before', 'x', '--after', 'y', '--as', '../x']);
  assert.match(name.stderr, '--as is "../x"; allowed: 1 to 64 characters');
});

test.run();
