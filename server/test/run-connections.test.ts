import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headers } from '../../contract/headers.ts';
import type { Problem } from '../../contract/problem.ts';
import { routes } from '../../contract/routes.ts';
import { defaultWorkload } from '../../contract/workload.ts';
import { createDocumentStore } from '../aws/document-store.ts';
import { createRunStore } from '../aws/run-store.ts';
import { makeRun } from '../performance/test/support/make-run.ts';
import { post, trigger, waitForEnd } from '../performance/test/support/service-client.ts';
import { publishModel } from '../registry/publish-model.ts';
import { type RegistryFixture, startRegistry } from './registry-fixture.ts';
import { type ProcessSettings, type ServiceProcess, startServiceProcess } from './start-service-process.ts';

const test = suite('connections of runs');
const bytes = randomBytes(200_000);
const rule = 'what the limit of open files (ulimit -n) leaves for a run';
let registry: RegistryFixture;

test.before(async () => {
  registry = await startRegistry();
  const content = (async function* () {
    yield bytes;
  })();
  await publishModel(registry, { modelId: 'small', version: 'main', content });
});

test.after(() => registry?.close());

test('a run that asks for more connections than a limit of 1,024 files leaves is refused before it exists, one that asks for 150 runs', async () => {
  await withService(1_024, {}, async ({ url }) => {
    assert.equal(await readFaults(url, 209), [
      { field: 'profile.s3_max_sockets', value: 209, allowed: `at most 208, ${rule}` },
    ]);
    const list = (await (await fetch(url + routes.results)).json()) as { runs: unknown[] };
    assert.equal(list.runs, []);

    const profile = { delivery: 'streamed', s3_max_sockets: 150 };
    const { run_id } = await trigger(url, { model_id: 'small', num_clients: 10, profile });
    const results = await waitForEnd(url, run_id);
    assert.is(results.status, 'completed', results.failure_reason ?? '');
    assert.is(results.delivery_settings?.s3_max_sockets, 150);
  });
});

test('each worker has a limit of its own, so that a run may have the connections of all', async () => {
  await withService(1_024, { WORKERS: '2' }, async ({ url }) => {
    assert.equal(await readFaults(url, 467), [
      { field: 'profile.s3_max_sockets', value: 467, allowed: `at most 466, ${rule}` },
    ]);
  });
});

test('a run that a service with more open files began has no more connections than this one’s leave for it, one at least', async () => {
  const { clients, stores } = registry;
  const runs = createRunStore(
    clients.dynamodb,
    stores.runsTable,
    createDocumentStore(clients.s3, stores.runsBucket),
  );
  const profile = { delivery: 'streamed', s3_max_sockets: 208 } as const;
  const run = makeRun({
    workload: { ...defaultWorkload, profile },
    delivery_settings: { ...profile, download_concurrency: 1 },
  });
  await runs.createRun(run);
  for (const [files, own, ofRun] of [
    [1_024, 150, 208],
    [640, 150, 26],
    [256, 10, 1],
  ] as const) {
    await withService(files, { S3_MAX_SOCKETS: String(own) }, async ({ url }) => {
      const answer = await fetch(`${url}/performance/small/main/model.zip`, {
        headers: { [headers.runId]: run.run_id },
      });
      assert.is(answer.headers.get(headers.delivery), 'streamed');
      await answer.arrayBuffer();
      const metrics = await (await fetch(url + routes.metrics)).text();
      assert.is(
        Number(metrics.match(/^\w*s3_connections_limit.* (\d+)$/m)?.[1]),
        own + ofRun,
        `${files} files`,
      );
    });
  }
});

async function withService(
  limit: number,
  settings: ProcessSettings,
  act: (service: ServiceProcess) => Promise<void>,
): Promise<void> {
  const service = await startServiceProcess(registry.stores, settings, { prelude: `ulimit -n ${limit}` });
  try {
    await act(service);
  } finally {
    await service.close();
  }
}

async function readFaults(url: string, sockets: number): Promise<Problem['errors']> {
  const answer = await post(url, routes.workload, { profile: { s3_max_sockets: sockets } });
  assert.is(answer.status, 422);
  return ((await answer.json()) as Problem).errors;
}

test.run();
