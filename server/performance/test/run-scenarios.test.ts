import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Report, reportSchema } from '../../../contract/report.ts';
import type { Results } from '../../../contract/results.ts';
import { scenarioNames } from '../../../contract/workload.ts';
import { publishModel } from '../../registry/publish-model.ts';
import { trigger, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService, type TestService } from './support/start-test-service.ts';

const test = suite('run scenarios');
const otherModels = 4;
let stores: TestStores;
let service: TestService;

test.before(async () => {
  stores = await startStores();
  for (let index = 0; index < otherModels; index += 1) {
    const content = (async function* () {
      yield Buffer.alloc(1_000 * (index + 1), `model ${index}`);
    })();
    await publishModel(stores, { modelId: `other/model-${index}`, version: 'main', content });
  }
  service = await startTestService(stores);
});

test.after(async () => {
  await service?.close();
  await stores?.close();
});

const shortened: Readonly<Record<(typeof scenarioNames)[number], object>> = {
  'burst-100': { num_clients: 3, requests_per_client: 2 },
  'sustained-100': { num_clients: 2 },
  ramp: {},
  'zipf-500': { num_clients: 3, requests_per_client: 20 },
  metadata: { num_clients: 2 },
  resume: { num_clients: 2, requests_per_client: 5 },
  'open-rate': {},
};

for (const scenario of scenarioNames) {
  test(`a run of ${scenario}, shortened by its workload, completes with a valid report that names it`, async () => {
    const { results, report } = await run({ scenario, duration_seconds: 1, ...shortened[scenario] });
    console.log(JSON.stringify({ w: results.workload, v: report.verdict, c: report.calibration, ch: report.checks, m: report.black_box.metrics, i: report.black_box.identities }));
    assert.is(report.scenario.name, scenario);
  });
}

async function run(workload: object): Promise<{ results: Results; report: Report }> {
  const { run_id } = await trigger(service.url, workload);
  const results = await waitForEnd(service.url, run_id);
  assert.is(results.status, 'completed', results.failure_reason ?? '');
  const response = await fetch(service.url + results.documents['report.json']);
  return { results, report: reportSchema.parse(await response.json()) };
}

test.run();
