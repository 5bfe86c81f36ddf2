import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemSchema } from '../../../contract/problem.ts';
import { triggerAnswerSchema } from '../../../contract/results.ts';
import { routes } from '../../../contract/routes.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';
import { post, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';

const test = suite('two services');
let stores: TestStores;
let services: readonly ServiceProcess[] = [];

test.before(async () => {
  stores = await startStores();
  services = await Promise.all([
    startServiceProcess(stores.stores, {}),
    startServiceProcess(stores.stores, {}),
  ]);
});

test.after(async () => {
  await Promise.all(services.map((service) => service.close()));
  await stores?.close();
});

test('of 20 triggers to two services at once one gets the place, the others are told its run, and both show its end', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      services.map(({ url }) => post(url, routes.workload, { num_clients: 1 })),
    ).flat(),
  );
  const taken = answers.filter(({ status }) => status === 202);
  const refused = answers.filter(({ status }) => status === 409);
  assert.is(taken.length, 1);
  assert.is(refused.length, 19);
  const { run_id } = triggerAnswerSchema.parse(await taken[0]?.json());
  for (const answer of refused) {
    assert.is(problemSchema.parse(await answer.json()).active_run_id, run_id);
  }
  const ends = await Promise.all(services.map(({ url }) => waitForEnd(url, run_id, 60_000)));
  for (const { status, verdict } of ends) {
    assert.is(status, 'completed');
    assert.is(verdict?.value, 'valid');
  }
  assert.equal(ends[0]?.metrics, ends[1]?.metrics);
});

test.run();
